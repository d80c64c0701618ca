"""Simulated energy clouds: real servers on real sockets, one household behind each.

In a test::

    async with running(DominionCloud(seed=1)) as cloud:
        cloud.hosts["data"]  # where the client under test connects
        cloud.faults.add(endpoint="*/billForecast", kind="status", status=503, times=2)
        cloud.apply({"publish_delay_hours": 30})
        cloud.apply({"values": {"status": "Melting"}})
        cloud.truth(cloud.accounts[0]["account"], start, end)

From a shell: `python -m tests.clouds PROVIDER --port N [--seed S] [--now ISO] [--lenient]`; `--mqtt-port M`
is for a cloud that has a broker, too.
"""

from .cloud import Cloud, running, running_apart

__all__ = ["Cloud", "running", "running_apart"]
