"""The log of who did and saw what: appended to, chained, signed, verified. Nothing personal goes in.

Rules for whoever writes entries:

- A look: `committed(entry(…))` before the value is opened. No entry, no value.
- A change of a case: `record_change(action, by=, case=)` in the transaction of the change, after its rows are saved.
  It is `record` with `digest=digest_of(case)`: what the case's sealed values, codes and rows are from now on, so that
  the verifier finds an old value put back, a changed code, a dropped 経過. Whoever changes a sealed value, a code or
  a 経過 and records it without the digest makes the verifier report an honest change.
- Anything else: `record`; several at once: `record_all`.
- Erasing a case: `record("CASE_ERASED", case=case)`, without a digest; the rows may then go.
- Locks: case row, then the heads of chains, then feed, then facts. Where one transaction writes about a case and about
  its centre, the case comes first (or both go into one `record_all`, which locks in order).
- A row that lets somebody see or destroy something (緊急の閲覧, an approval) counts where `vouched` finds its entry.
- A reason typed by a person goes through `typed`; codes and uids are stored as they are.
"""

from cases.protection.audit.chain import AuditNotWritten
from cases.protection.audit.chain_keys import ChainKeyMissing
from cases.protection.audit.entries import committed, entry, record, record_all, record_change, typed
from cases.protection.audit.rows import digest_of, digest_of_rows
from cases.protection.audit.vouching import last_vouched, vouched, vouched_among, vouched_reasons

__all__ = [
    "AuditNotWritten",
    "ChainKeyMissing",
    "committed",
    "digest_of",
    "digest_of_rows",
    "entry",
    "last_vouched",
    "record",
    "record_all",
    "record_change",
    "typed",
    "vouched",
    "vouched_among",
    "vouched_reasons",
]
