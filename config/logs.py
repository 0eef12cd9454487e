"""Log lines carry places and ids, never values."""

import logging

from cases import trace


class WithoutValues(logging.Filter):
    """Exceptions are logged as type and place: their messages may quote what was typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None:
            kind, _value, step = record.exc_info
            places = []
            while step is not None:
                code = step.tb_frame.f_code
                places.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
                step = step.tb_next
            record.msg = f"{record.getMessage()} | {kind.__name__} | {' > '.join(places[-6:])}"
            record.args = ()
            record.exc_info = record.exc_text = None
        record.request_id = trace.request_id.get()
        return True
