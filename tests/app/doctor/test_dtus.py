"""What the doctor finds at DTUs that are well, ill or not there."""

import socket
from dataclasses import replace

from tests.app.doctor.clinic import MIDNIGHT, QUICK, attentions, examined, findings, said, simulated

from sunledger.app.doctor.stethoscope import Try
from sunledger.simulator import Family
from sunledger.transports import CommParams, Unreachable


class TestAHealthyDtu:
    async def test_needs_nothing(self) -> None:
        async with simulated() as dtu:
            found = findings(await examined(dtu.port))
        assert attentions(found) == []
        assert "DTU 10f871600831 answers (inverters: 3, ports: 6)." in said(found)
        assert "Its list goes in steps of 40 registers." in said(found)
        assert "ms for an answer" in said(found)

    async def test_gets_one_connection_which_is_given_back(self) -> None:
        async with simulated() as dtu:
            seen = await examined(dtu.port)
            assert (seen.connections, dtu.connections_seen) == (1, 1)
            assert dtu.requests_seen == len(seen.tries)

    async def test_shows_volts_times_amperes_against_watts(self) -> None:
        async with simulated() as dtu:
            found = findings(await examined(dtu.port))
        (currents,) = [each for each in found if "Currents" in each.said]
        assert currents.said == "Currents count hundredths of an ampere (inverters: 3)."
        assert all(" V × " in line and "; it says " in line for line in currents.shown[:3])
        assert currents.shown[3] == "… and 3 more ports"

    async def test_of_the_mi_series_counts_tenths(self) -> None:
        async with simulated(family=Family.MI) as dtu:
            found = findings(await examined(dtu.port))
        assert "Currents count tenths of an ampere (inverters: 3)." in said(found)
        assert attentions(found) == []

    async def test_by_night_hides_its_scale(self) -> None:
        async with simulated(at=MIDNIGHT) as dtu:
            found = findings(await examined(dtu.port))
        assert "look again by day" in said(found)
        assert attentions(found) == []

    async def test_is_found_to_list_narrowly(self) -> None:
        async with simulated("step-20") as dtu:
            found = findings(await examined(dtu.port))
        assert "Its list goes in steps of 20 registers." in said(found)
        assert attentions(found) == []

    async def test_may_miscount_its_bytes(self) -> None:
        async with simulated("wrong-byte-count") as dtu:
            found = findings(await examined(dtu.port))
        assert attentions(found) == []
        assert "miscount their own bytes" in said(found)


class TestAWrongSetting:
    async def test_of_the_register_step_is_named(self) -> None:
        async with simulated("step-20") as dtu:
            (wrong,) = attentions(findings(await examined(dtu.port, register_step=40)))
        assert wrong.said == "Its list seems to go in steps of 20 registers, but 40 are configured."
        assert wrong.changes[0].startswith("Set register_step in DTU_CONFIGS to auto")

    async def test_of_the_current_scale_is_named(self) -> None:
        async with simulated() as dtu:
            (wrong,) = attentions(findings(await examined(dtu.port, current_scale="tenths")))
        assert wrong.said == "Volts times amperes are far from watts."
        assert wrong.changes[0].startswith("Set current_scale in DTU_CONFIGS to auto")
        assert len(wrong.shown) == 4

    async def test_of_the_unit_is_named(self) -> None:
        async with simulated() as dtu:
            (wrong,) = attentions(findings(await examined(dtu.port, unit_id=7)))
        assert wrong.said.startswith("The DTU refused to answer")
        assert "MODBUS_UNIT_ID" in wrong.changes[0]
        assert "Remote Control" in wrong.changes[1]

    async def test_of_the_period_is_named(self) -> None:
        async with simulated() as dtu:
            found = findings(await examined(dtu.port, period=10))
        assert "It is polled every 10 s." in said(found)
        assert "Set QUERY_PERIOD=60" in said(found)
        assert attentions(found) == []


class TestAnIllDtu:
    async def test_that_is_silent(self) -> None:
        async with simulated("silent") as dtu:
            seen = await examined(dtu.port, QUICK)
        (finding,) = attentions(findings(seen))
        assert len(seen.tries) == 1 + QUICK.retries
        assert finding.said.startswith("The DTU accepts the connection but does not answer: 2 requests")
        for advice in ("one client only", "--comm-timeout 10", "V00.02.14", "MODBUS_UNIT_ID"):
            assert advice in said([finding])

    async def test_that_is_slow_but_in_time(self) -> None:
        async with simulated("slow", inverters=1) as dtu:  # half a second an answer
            found = attentions(findings(await examined(dtu.port, CommParams(timeout=0.98, retries=0))))
        (finding,) = found
        assert "close to the 0.98 s that are waited" in finding.said
        assert finding.changes[0] in {"Set COMM_TIMEOUT=2.", "Set COMM_TIMEOUT=3."}

    async def test_that_is_too_slow_for_the_timeout_looks_silent(self) -> None:
        async with simulated("slow") as dtu:
            found = attentions(findings(await examined(dtu.port, CommParams(timeout=0.2, retries=0))))
        assert "does not answer" in found[0].said
        assert "--comm-timeout" in said(found)

    async def test_that_sends_garbage(self) -> None:
        async with simulated("garbage") as dtu:
            (finding,) = attentions(findings(await examined(dtu.port)))
        assert finding.said.startswith("What answers does not speak Modbus as a DTU does")
        assert "DTU_PORT" in finding.changes[0]

    async def test_that_truncates_its_answers(self) -> None:
        async with simulated("truncated") as dtu:
            (finding,) = attentions(findings(await examined(dtu.port, QUICK)))
        assert "did not finish its answer" in finding.said

    async def test_that_loses_requests_needs_attention_when_it_loses_many(self) -> None:
        async with simulated() as dtu:
            seen = await examined(dtu.port)
        lost = Try(0x1000, 0.2, error=Unreachable("silence"))
        some, many = ((*seen.tries, *[lost] * count) for count in (1, 5))
        assert attentions(findings(replace(seen, tries=some))) == []
        assert "a few are usual" in said(findings(replace(seen, tries=some)))
        (finding,) = attentions(findings(replace(seen, tries=many)))
        assert finding.said == f"5 of {len(many)} requests failed (5 silent)."
        assert "one client only" in said([finding])

    async def test_that_takes_half_the_period_is_asked_less_often(self) -> None:
        async with simulated() as dtu:
            seen = await examined(dtu.port)
        (finding,) = attentions(findings(replace(seen, poll_seconds=45.0)))
        assert finding.said == "Reading it takes 45 s of the 60 s between two polls."
        assert finding.changes == ("Set QUERY_PERIOD=180.",)

    async def test_whose_inverter_is_offline(self) -> None:
        async with simulated("offline-inverter") as dtu:
            found = findings(await examined(dtu.port))
        assert "The DTU does not hear" in said(found)
        assert attentions(found) == []


class TestNoDtu:
    async def test_nothing_listens(self) -> None:
        async with simulated("refused") as dtu:
            await dtu.stop()
            seen = await examined(dtu.port)
        (finding,) = findings(seen)
        assert (seen.connections, seen.tries) == (0, ())
        assert f"nothing in it listens on port {dtu.port}" in finding.said
        for advice in ("DTU_HOST and DTU_PORT", "Wi-Fi", "Export control", "DTU-Lite-S"):
            assert advice in said([finding])

    async def test_nobody_is_at_the_address(self) -> None:
        with socket.create_server(("127.0.0.1", 0), backlog=1) as full:
            port = full.getsockname()[1]
            waiting = [socket.socket() for _ in range(4)]
            for each in waiting:  # a full queue takes no more connections
                each.setblocking(False)
                each.connect_ex(("127.0.0.1", port))
            (finding,) = findings(await examined(port, QUICK))
            for each in waiting:
                each.close()
        assert "nobody answered within" in finding.said
        assert "DTU_HOST" in finding.changes[0]

    async def test_the_name_leads_nowhere(self) -> None:
        seen = await examined(502, host="a..b")  # no name server is asked for what cannot be a name
        unknown = Unreachable("cannot connect")
        unknown.__cause__ = socket.gaierror("Name or service not known")
        for each in (seen, replace(seen, error=unknown)):
            (finding,) = findings(each)
            assert finding.said == "The name a..b leads nowhere."
            assert "Set DTU_HOST" in finding.changes[0]

    async def test_no_inverters_are_mapped_yet(self) -> None:
        async with simulated() as dtu:
            dtu.plant.meters.clear()
            (finding,) = attentions(findings(await examined(dtu.port)))
        assert "not mapped yet" in finding.said
