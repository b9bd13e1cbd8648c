"""The sender: takes messages from the outbox to their channels."""

from sentinel.desk.sending.sender import Sender

__all__ = ["Sender"]
