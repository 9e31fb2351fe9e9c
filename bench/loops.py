#!/usr/bin/env python3
"""Two loops on two cores against one loop on one: CPU time per echoed message must not grow by what the loops share. There
is no third core for the load generators (one on each core), so rates mean little here and CPU time is what counts."""

from common import Load, Sample, alternate, arguments, print_header, print_rows, running, start_zanhu, workspace

PATH = "/ws/echo/"
ROUTES = {"routes": {"list": "echo"}, "route.echo": {"path": "ws/echo/", "consumer": "EchoAsyncConsumer"}}


def measure_both(options, server, *load):
    """Two load generators at once, so that both cores have the same to do in either case."""
    loads = [Load(options, server, "echo", PATH, *load, cores=core) for core in "01"]
    before = server.cpu()
    for one in loads:
        one.start()
    results = [one.result() for one in loads]
    cpu = server.cpu() - before
    for one in loads:
        one.end()
    both = dict(results[0], operations=sum(result["operations"] for result in results))
    return Sample(cpu, both)


def main():
    options = arguments(__doc__).parse_args()
    with workspace() as (folder, stack):
        sides = [
            ("1 loop", running(stack, start_zanhu(options, folder, {**ROUTES, "server": {"loops": 1}}, "0,1", "one"))),
            ("2 loops", running(stack, start_zanhu(options, folder, {**ROUTES, "server": {"loops": 2}}, "0,1", "two"))),
        ]
        print_header("1 loop")
        for size, in_flight in [(64, 1), (64, 16)]:
            load = ["--no-extensions", "--size", size, "--in-flight", in_flight, "--seconds", options.seconds]
            runs = {name: (lambda server=server: measure_both(options, server, *load)) for name, server in sides}
            samples = alternate(options.runs, runs)
            print_rows(f"echo {size} B, {in_flight} in flight", samples, {"2 loops": "1.1"}, base="1 loop")


if __name__ == "__main__":
    main()
