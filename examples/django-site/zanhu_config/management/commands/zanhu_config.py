from django.core.management.base import BaseCommand, CommandError

from zanhu_config import database, layers, routes, site, users
from zanhu_config.report import Report


class Command(BaseCommand):
    help = (
        "Prints a configuration with which zanhu takes over the site's WebSockets. What is secret is in the output of "
        "--environment instead."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--listen", default="127.0.0.1:8001", help="where zanhu listens; default: %(default)s")
        parser.add_argument(
            "--proxies", default="127.0.0.1", help="whose X-Forwarded-For zanhu believes, separated by commas; default: %(default)s")
        parser.add_argument(
            "--environment", action="store_true", help="the variables with what is secret, for systemd's EnvironmentFile")

    def handle(self, *args, listen, proxies, environment, **options):
        report = Report()
        report.set("server", "listen", listen)
        report.set("proxies", "trusted", proxies.split(","))
        for part in (site, users, database, layers, routes):
            part.describe(report)
        if report.refusals:
            raise CommandError("zanhu has no equal for\n" + "\n".join(f"  {line}" for line in report.refusals))
        self.stdout.write(report.environment_file() if environment else report.ini(), ending="")
