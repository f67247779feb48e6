"""Spans on their way out: a share of them, without secrets, and without keeping the end waiting."""

from collections.abc import Sequence

from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from sunledger.app.observation import Observation
from sunledger.app.redaction import Redactor
from sunledger.app.tracing.export import Redacting, provider_of


class Away(SpanExporter):
    """A collector that is away; counts how often it was tried."""

    tried = 0

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self.tried += 1
        return SpanExportResult.FAILURE


def test_the_share_that_was_asked_for_is_recorded() -> None:
    for share, recorded in ((0.0, False), (1.0, True)):
        provider = provider_of(Observation(otel_traces_sampler_arg=share), InMemorySpanExporter())
        assert provider.get_tracer("tests").start_span("poll").is_recording() is recorded
        provider.shutdown()


def test_no_secret_is_exported_and_the_rest_is() -> None:
    kept = InMemorySpanExporter()
    provider = provider_of(Observation(otel_service_name="roof"), Redacting(kept, Redactor(["hush-hush"])))
    with provider.get_tracer("tests").start_as_current_span("GET /x?token=hush-hush") as span:
        span.set_attributes(
            {"url.query": "a=1&token=other", "n": 5, "of": ["hush-hush", "x"], "password": "pw"}
        )
        span.set_status(StatusCode.ERROR, "postgres://anna:pw@db refused hush-hush")
    provider.force_flush()
    (told,) = kept.get_finished_spans()
    assert told.name == "GET /x?token=********"
    assert told.attributes == {
        "url.query": "a=1&token=********", "n": 5, "of": ["********", "x"], "password": "********",
    }  # fmt: skip
    assert told.status.description == "postgres://********@db refused ********"
    assert told.resource.attributes["service.name"] == "roof"
    assert told.get_span_context() == span.get_span_context()
    provider.shutdown()


def test_at_the_end_a_collector_that_is_away_is_not_tried_again() -> None:
    away = Away()
    exporter = Redacting(away, Redactor())
    exporter.export([])
    exporter.export([])
    exporter.hurry()
    assert exporter.export([]) is SpanExportResult.FAILURE
    assert away.tried == 2
