"""PgBouncer in front of a PostgreSQL of database_servers, in transaction mode: each transaction, and each statement
outside of one, runs on whichever of its few connections is free."""

import subprocess

from database_servers import DATABASE, PASSWORD, PASSWORD_IN_URL, USER, unprivileged
from deadlines import PATIENCE, wait_until
from ports import free_port


class PgBouncer:
    """Started by its constructor; `settings` are those of [pgbouncer]. Its files are in the server's directory."""

    def __init__(self, server, **settings):
        self._server = server
        self.port = free_port()
        self._config = server.directory / f"pgbouncer-{self.port}.ini"
        users = server.directory / f"users-{self.port}.txt"
        users.write_text(f'"{USER}" "{PASSWORD}"\n')
        users.chmod(0o644)
        keys = {
            "listen_addr": "127.0.0.1", "listen_port": self.port, "unix_socket_dir": "", "auth_type": "scram-sha-256",
            "auth_file": users, "pool_mode": "transaction", "default_pool_size": 2, "max_client_conn": 100,
            "query_wait_timeout": 10, **settings,
        }
        self._config.write_text(
            f"[databases]\n{DATABASE} = host=127.0.0.1 port={server.port} dbname={DATABASE}\n[pgbouncer]\n"
            + "".join(f"{name} = {value}\n" for name, value in keys.items())
        )
        self._config.chmod(0o644)
        self.process = None
        self.start()

    def start(self):
        with open(self._server.directory / "pgbouncer.log", "ab") as log:
            self.process = subprocess.Popen(
                ["/usr/sbin/pgbouncer", str(self._config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self._server.directory, **unprivileged(),
            )
        wait_until(self._answers, "pgbouncer answers")

    def _answers(self):
        import psycopg2

        assert self.process.poll() is None, (self._server.directory / "pgbouncer.log").read_text()
        try:
            self.connection().close()
        except psycopg2.OperationalError:
            return False
        return True

    def connection(self):
        """Another client's, with no transaction begun."""
        import psycopg2

        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=DATABASE, application_name="test"
        )
        connection.autocommit = True
        return connection

    @property
    def url(self):
        return f"postgres://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{self.port}/{DATABASE}"

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)
