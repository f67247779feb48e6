"""Where spans go: to a collector by OTLP over HTTP, in the background and without secrets.

A collector that is away costs nothing but its spans.
"""

from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import unquote

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ParentBasedTraceIdRatio
from opentelemetry.trace import Status
from opentelemetry.util.types import AttributeValue

from sunledger import __version__
from sunledger.app.observation import Observation
from sunledger.app.redaction import Redactor

_PATIENCE = 2
"""Seconds that a collector gets, also at the end of the program."""


def exporter_of(observation: Observation, redactor: Redactor) -> "Redacting":
    """What sends spans to the collector."""
    exporter = OTLPSpanExporter(
        endpoint=f"{observation.otel_exporter_otlp_endpoint}/v1/traces",
        headers=_headers(observation),
        timeout=_PATIENCE,
    )
    return Redacting(exporter, redactor)


def provider_of(observation: Observation, exporter: SpanExporter) -> TracerProvider:
    """What makes spans and hands them on in batches."""
    provider = TracerProvider(
        sampler=ParentBasedTraceIdRatio(observation.otel_traces_sampler_arg),
        resource=Resource.create(
            {
                "service.name": observation.otel_service_name,
                "service.version": __version__,
            }
        ),
        shutdown_on_exit=False,
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return provider


def _headers(observation: Observation) -> dict[str, str]:
    secret = observation.otel_exporter_otlp_headers
    pairs = [] if secret is None else secret.get_secret_value().split(",")
    parts = [pair.partition("=") for pair in pairs]
    return {name.strip().lower(): unquote(value.strip()) for name, _, value in parts}


class Redacting(SpanExporter):
    """Hands spans on to another exporter without secrets.

    *State: whether the last ones got through, and whether there is time to try again.*
    """

    def __init__(self, exporter: SpanExporter, redactor: Redactor) -> None:
        self._exporter = exporter
        self._redactor = redactor
        self._failed = False
        self._in_a_hurry = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Hand them on."""
        if self._failed and self._in_a_hurry:
            return SpanExportResult.FAILURE
        result = self._exporter.export([self._cleaned(span) for span in spans])
        self._failed = result is SpanExportResult.FAILURE
        return result

    def hurry(self) -> None:
        """Try nothing again that has failed; the program ends."""
        self._in_a_hurry = True

    def shutdown(self) -> None:
        """End the other one."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Let the other one send all it has."""
        return self._exporter.force_flush(timeout_millis)

    def _cleaned(self, span: ReadableSpan) -> ReadableSpan:
        """The span anew, as it cannot be changed once it has ended."""
        said = span.status.description
        return ReadableSpan(
            name=self._redactor.text(span.name),
            context=span.get_span_context(),
            parent=span.parent,
            resource=span.resource,
            attributes=self._clean_attributes(span.attributes or {}),
            kind=span.kind,
            status=Status(span.status.status_code, said and self._redactor.text(said)),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=span.instrumentation_scope,
        )

    def _clean_attributes(self, attributes: Mapping[str, AttributeValue]) -> Mapping[str, AttributeValue]:
        return cast("Mapping[str, AttributeValue]", self._redactor.value(attributes))
