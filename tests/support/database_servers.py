"""A PostgreSQL and a MariaDB of a test's own: run by an unprivileged user in a directory that goes with them."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from deadlines import PATIENCE, wait_until
from ports import free_port

USER = "zanhu"
PASSWORD = "pa/ss:w@rd%"  # every character that a URL must escape
PASSWORD_IN_URL = "pa%2Fss%3Aw%40rd%25"
DATABASE = "site"


def unprivileged():
    """For subprocess: neither server runs as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


class DatabaseServer:
    """Not started by its constructor; end(), or the end of a `with`, removes it with all its data."""

    def __init__(self):
        self.directory = Path(tempfile.mkdtemp(prefix="zanhu-db-"))
        if os.geteuid() == 0:
            shutil.chown(self.directory, "nobody", "nogroup")
        self.port = free_port()
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.end()
            raise

    def __exit__(self, *_):
        self.end()

    def _run(self, *command, **options):
        done = subprocess.run(
            [str(word) for word in command], text=True, capture_output=True, check=False, cwd=self.directory,
            timeout=3 * PATIENCE, **unprivileged(), **options,
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
        return done.stdout

    def _spawn(self, *command):
        with open(self.directory / "server.log", "ab") as log:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.directory, **unprivileged(),
            )
        wait_until(self.answers, f"{type(self).__name__} answers")

    def restart(self):
        self.stop()
        self.start()

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def pause(self):
        """Alive, and silent: nothing is answered and nothing is closed."""
        for pid in self.pids():
            os.kill(pid, signal.SIGSTOP)

    def resume(self):
        for pid in self.pids():
            os.kill(pid, signal.SIGCONT)

    def pids(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [self.process.pid, *map(int, children)]

    def end(self):
        if self.process is not None and self.process.poll() is None:
            self.resume()
            self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)


class PostgreSql(DatabaseServer):
    kind = "postgresql"

    def __init__(self):
        super().__init__()
        self._bin = max(Path("/usr/lib/postgresql").glob("*/bin"))
        password_file = self.directory / "password"
        password_file.write_text(PASSWORD)
        password_file.chmod(0o644)
        self._run(
            self._bin / "initdb", "-D", self.directory / "data", "-U", USER, "-A", "scram-sha-256", "-E", "UTF8",
            "--locale=C.UTF-8", "--no-sync", "--pwfile", password_file,
        )

    def start(self):
        self._spawn(
            self._bin / "postgres", "-D", self.directory / "data", "-p", self.port, "-k", self.directory,
            "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "timezone=Asia/Shanghai",
        )
        if not self.query("SELECT 1 FROM pg_database WHERE datname = %s", DATABASE, database="postgres"):
            self.query(f"CREATE DATABASE {DATABASE}", database="postgres")
        return self

    def stop(self):
        self.process.send_signal(signal.SIGINT)  # ends the clients' connections
        self.process.wait(PATIENCE)

    def connection(self, database=DATABASE):
        import psycopg2

        connection = psycopg2.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=database,
            application_name="test",
        )
        connection.autocommit = True
        return connection

    def query(self, statement, *values, database=DATABASE):
        connection = self.connection(database)
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def answers(self):
        import psycopg2

        try:
            self.connection("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def clients(self):
        """How many connections it has that are not the test's own."""
        ((count,),) = self.query(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' "
            "AND application_name <> 'test'"
        )
        return count

    @property
    def url(self):
        return f"postgres://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def unix_url(self):
        directory = str(self.directory).replace("/", "%2F")
        return f"postgresql://{USER}:{PASSWORD_IN_URL}@{directory}:{self.port}/{DATABASE}"

    def django_settings(self):
        return {
            "ENGINE": "django.db.backends.postgresql", "NAME": DATABASE, "USER": USER, "PASSWORD": PASSWORD,
            "HOST": "127.0.0.1", "PORT": str(self.port),
        }


class MariaDb(DatabaseServer):
    kind = "mysql"

    def __init__(self):
        super().__init__()
        self.socket = self.directory / "socket"
        self._run(
            "mariadb-install-db", "--no-defaults", f"--datadir={self.directory / 'data'}",
            "--auth-root-authentication-method=normal", "--skip-test-db",
        )

    def start(self):
        self._spawn(
            "/usr/sbin/mariadbd", "--no-defaults", f"--datadir={self.directory / 'data'}",
            f"--socket={self.socket}", f"--port={self.port}", "--bind-address=127.0.0.1",
            f"--pid-file={self.directory / 'pid'}", "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=16M", "--default-time-zone=+08:00",
        )
        if (DATABASE,) not in self._as_root("SHOW DATABASES"):
            self._as_root(f"CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4")
            self._as_root(f"CREATE USER {USER}@'%%' IDENTIFIED BY %s", PASSWORD)
            self._as_root(f"CREATE USER {USER}@localhost IDENTIFIED BY %s", PASSWORD)
            self._as_root(f"GRANT ALL ON *.* TO {USER}@'%%'", )
            self._as_root(f"GRANT ALL ON *.* TO {USER}@localhost")
        return self

    def stop(self):
        self.process.terminate()
        self.process.wait(PATIENCE)

    @staticmethod
    def _on(connection, statement, values):
        try:
            cursor = connection.cursor()
            cursor.execute(statement, values or None if "%%" not in statement else values)
            rows = list(cursor.fetchall())
            connection.commit()
            return rows
        finally:
            connection.close()

    def _as_root(self, statement, *values):
        import MySQLdb

        return self._on(MySQLdb.connect(unix_socket=str(self.socket), user="root"), statement, values)

    def query(self, statement, *values):
        return self._on(self.connection(), statement, values)

    def connection(self):
        import MySQLdb

        return MySQLdb.connect(
            host="127.0.0.1", port=self.port, user=USER, passwd=PASSWORD, db=DATABASE, charset="utf8mb4"
        )

    def answers(self):
        import MySQLdb

        try:
            MySQLdb.connect(unix_socket=str(self.socket), user="root").close()
        except MySQLdb.OperationalError:
            return False
        return True

    def clients(self):
        rows = self._as_root("SELECT count(*) FROM information_schema.processlist WHERE user = %s", USER)
        return rows[0][0]

    @property
    def url(self):
        return f"mysql://{USER}:{PASSWORD_IN_URL}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def unix_url(self):
        return f"mariadb://{USER}:{PASSWORD_IN_URL}@localhost/{DATABASE}?unix_socket={self.socket}"

    def django_settings(self):
        return {
            "ENGINE": "django.db.backends.mysql", "NAME": DATABASE, "USER": USER, "PASSWORD": PASSWORD,
            "HOST": "127.0.0.1", "PORT": str(self.port), "OPTIONS": {"charset": "utf8mb4"},
        }
