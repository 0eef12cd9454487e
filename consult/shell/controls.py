"""Controls of forms, written without templates: Django takes one for each option, half of what a long form costs."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]
_Groups = Iterable[tuple[str | None, Iterable[Widget], int]]
_FOLDER: Final = "django/forms/widgets/"
_SELECT: Final = f"{_FOLDER}select.html"
_OPTION: Final = f"{_FOLDER}select_option.html"
_INPUT_OPTIONS: Final = frozenset({f"{_FOLDER}checkbox_option.html", f"{_FOLDER}radio_option.html"})


class Controls(DjangoTemplates):
    """Writes what Django's own templates would, to the letter; every template that is not named here is rendered."""

    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> SafeString:
        write = _WRITERS.get(template_name)
        if write is None or not _is_plain(context["widget"]):
            return SafeString(super().render(template_name, context, request))
        # Every value was escaped where it was written.
        return SafeString(write(context["widget"]))


def _is_plain(widget: Widget) -> bool:
    """Whether its options, if it has some, are Django's own."""
    own = {_OPTION} if widget["template_name"] == _SELECT else _INPUT_OPTIONS
    groups = widget.get("optgroups", ())
    return all(option["template_name"] in own for _name, options, _n in groups for option in options)


def _text(value: Any) -> str:
    """As the filter `stringformat:"s"` leaves it: what is safe stays as it is."""
    return conditional_escape(value if isinstance(value, str) else str(value))


def _label(value: Any) -> str:
    return conditional_escape(localize(value))


def _attributes(attrs: Mapping[str, Any]) -> str:
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in attrs.items()
        if value is not False
    )


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    kind, name = _text(widget["type"]), _text(widget["name"])
    return f'<input type="{kind}" name="{name}"{value}{_attributes(widget["attrs"])}>'


def _textarea(widget: Widget) -> str:
    value = _label(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_text(widget["name"])}"{_attributes(widget["attrs"])}>\n{value}</textarea>'


def _select(widget: Widget) -> str:
    return select_of(widget["name"], widget["attrs"], _options(widget["optgroups"]))


def select_of(name: str, attrs: Mapping[str, Any], options: str) -> SafeString:
    """A list around options that are written already."""
    return SafeString(f'<select name="{_text(name)}"{_attributes(attrs)}>{options}\n</select>')


def options_of(choices: Iterable[tuple[Any, Any]]) -> str:
    """The options of choices as Django takes them, groups among them, none of them chosen."""

    def one(value: Any, label: Any) -> Widget:
        return {"value": value, "label": label, "attrs": {}}

    return _options(
        (value, [one(*choice) for choice in label], 0)
        if isinstance(label, (list, tuple))
        else (None, [one(value, label)], 0)
        for value, label in choices
    )


def _options(groups: _Groups) -> str:
    return "".join(_grouped(groups, '\n  <optgroup label="{}">', "\n  </optgroup>", _option))


def _option(widget: Widget) -> str:
    value, attrs = _text(widget["value"]), _attributes(widget["attrs"])
    return f'\n  <option value="{value}"{attrs}>{_label(widget["label"])}</option>\n'


def _choices(widget: Widget) -> str:
    attrs = widget["attrs"]
    start = "".join(f' {name}="{_text(attrs[name])}"' for name in ("id", "class") if attrs.get(name))
    options = _grouped(
        widget["optgroups"],
        "\n  <div><label>{}</label>",
        "\n  </div>",
        lambda one: f"<div>\n    {_choice(one)}</div>",
    )
    return f"<div{start}>{''.join(options)}\n</div>"


def _choice(widget: Widget) -> str:
    if not widget["wrap_label"]:
        return f"{_input(widget)}\n\n\n"
    marked = f' for="{_text(widget["attrs"]["id"])}"' if widget["attrs"].get("id") else ""
    return f"<label{marked}>{_input(widget)}\n {_label(widget['label'])}</label>\n\n"


def _grouped(
    groups: _Groups,
    start: str,
    end: str,
    write: Callable[[Widget], str],
) -> Iterable[str]:
    for name, options, _n in groups:
        if name:
            yield start.format(_label(name))
        for option in options:
            yield write(option)
        if name:
            yield end


_INPUTS: Final = (
    "input", "text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "checkbox", "color",
    "search", "tel", "file",
)  # fmt: skip
_WRITERS: Final[Mapping[str, Callable[[Widget], str]]] = {
    **{f"{_FOLDER}{name}.html": _input for name in _INPUTS},
    f"{_FOLDER}textarea.html": _textarea,
    _SELECT: _select,
    f"{_FOLDER}radio.html": _choices,
    f"{_FOLDER}checkbox_select.html": _choices,
}
