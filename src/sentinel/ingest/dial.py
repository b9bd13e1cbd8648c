"""Connecting, on a thread of its own: a broker that does not answer must not stop the ticks."""

import socket
import ssl
import threading
from concurrent.futures import Future

from sentinel.domain.errors import ServiceError
from sentinel.ingest.settings import IngestSettings, TlsSettings


class Dialler:
    """Makes connections to one broker.

    Raises:
        ServiceError: The certificates are not as the settings say.
    """

    def __init__(self, settings: IngestSettings) -> None:
        self._address = (settings.host, settings.port)
        self._timeout_seconds = settings.connect_timeout / 1000
        self._context = _context(settings.tls) if settings.tls else None

    def dial(self) -> "Future[socket.socket]":
        """Return at once what will be a connected socket, or the error that prevented it."""
        future: Future[socket.socket] = Future()
        threading.Thread(target=self._run, args=(future,), name="dial", daemon=True).start()
        return future

    def _run(self, future: "Future[socket.socket]") -> None:
        try:
            future.set_result(self._connect())
        except (OSError, ValueError) as error:  # a name that no resolver takes is a ValueError
            future.set_exception(error)

    def _connect(self) -> socket.socket:
        sock = socket.create_connection(self._address, timeout=self._timeout_seconds)
        if self._context is None:
            return sock
        try:
            return self._context.wrap_socket(sock, server_hostname=self._address[0])
        except BaseException:
            sock.close()
            raise


def _context(tls: TlsSettings) -> ssl.SSLContext:
    key = _Key(tls)
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
        context.check_hostname = tls.check_host
        if tls.cert_file:
            context.load_cert_chain(tls.cert_file, tls.key_file, key.password)
    except (OSError, ValueError) as error:
        if key.is_encrypted:
            message = f"ingest.tls: the password of the key does not open it: {tls.key_file}"
            raise ServiceError(message) from error
        files = ", ".join(str(one) for one in (tls.ca_file, tls.cert_file, tls.key_file) if one)
        message = f"ingest: `tls`: certificates must be readable PEM files; got {files}: {error}"
        raise ServiceError(message) from error
    return context


class _Key:
    """Knows the password of our key, should it be asked for: OpenSSL would ask the terminal."""

    def __init__(self, tls: TlsSettings) -> None:
        self._file = tls.key_file
        self._password = tls.key_password()
        self.is_encrypted = False

    def password(self) -> str:
        self.is_encrypted = True
        if self._password is None:
            where = "name what its password is in: `key_password_env` or `key_password_file`"
            message = f"ingest.tls: the key in {self._file} is encrypted; {where}"
            raise ServiceError(message)
        return self._password
