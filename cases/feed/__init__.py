"""Leave word of changed cases with `changed`; be told of them with `register_consumer`."""

from cases.feed.rows import Consumer, ConsumerFails, Lag, changed, consumers, drain, lag, register_consumer

__all__ = ["Consumer", "ConsumerFails", "Lag", "changed", "consumers", "drain", "lag", "register_consumer"]
