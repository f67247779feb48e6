import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SurveyForm } from "./SurveyForm.tsx";

vi.mock("react-i18next", () => ({
  useTranslation: () => ({
    t: (key: string, values: Record<string, unknown> = {}) => [key, ...Object.values(values)].join(" "),
  }),
}));

/** The client keeps the `fetch` that there is when it is loaded. */
const network = vi.hoisted(() => {
  const found = { answer: (_: Request): Promise<Response> => Promise.reject(new TypeError("no network")) };
  globalThis.fetch = (request) => found.answer(request as Request);
  return found;
});

const SURVEY = {
  findings: [{ level: "good", said: "DTU 10f8 answers.", shown: [], changes: [] }],
  gateway_serial: "10f8",
  inverters: [{ serial_number: "114100000001", ports: [1, 2] }],
  seconds: 0.8,
};

afterEach(cleanup);

/** What the server answers, and what it was asked. */
function answering(status: number, body: unknown): Request[] {
  const asked: Request[] = [];
  network.answer = async (request) => {
    asked.push(request);
    return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
  };
  return asked;
}

function shown(onFound = vi.fn()) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SurveyForm onFound={onFound} />
    </QueryClientProvider>,
  );
  return onFound;
}

async function fill(label: string, text: string): Promise<void> {
  await userEvent.clear(screen.getByLabelText(label));
  await userEvent.type(screen.getByLabelText(label), text);
}

describe("the survey of a DTU", () => {
  it("asks at the address, says what was found, and hands it on", async () => {
    const asked = answering(200, SURVEY);
    const onFound = shown();
    await fill("survey.host", " 192.168.1.7 ");
    await userEvent.click(screen.getByText("survey.do"));
    expect(await screen.findByText("DTU 10f8 answers.")).toBeDefined();
    expect(await asked[0]?.json()).toEqual({ host: "192.168.1.7", port: 502, unit_id: 1 });
    await userEvent.click(screen.getByText("survey.use"));
    expect(onFound).toHaveBeenCalledWith({ host: "192.168.1.7", port: 502, unit_id: 1, survey: SURVEY });
  });

  it("offers an address without a DTU only as such", async () => {
    answering(200, { ...SURVEY, gateway_serial: null });
    shown();
    await fill("survey.host", "192.168.1.7");
    await userEvent.click(screen.getByText("survey.do"));
    expect(await screen.findByText("survey.useAnyway")).toBeDefined();
    expect(screen.queryByText("survey.use")).toBeNull();
  });

  it("forgets what was found once the address changes", async () => {
    answering(200, SURVEY);
    shown();
    await fill("survey.host", "192.168.1.7");
    await userEvent.click(screen.getByText("survey.do"));
    await screen.findByText("survey.use");
    await fill("survey.port", "503");
    expect(screen.queryByText("survey.use")).toBeNull();
  });

  it("asks nobody before there is an address that can be asked", async () => {
    const asked = answering(200, SURVEY);
    shown();
    await userEvent.click(screen.getByText("survey.do"));
    expect(screen.getByText("survey.noHost 0")).toBeDefined();
    await fill("survey.host", "h");
    await fill("survey.port", "70000");
    await userEvent.click(screen.getByText("survey.do"));
    expect(screen.getByText("survey.notWhole 65535")).toBeDefined();
    expect(asked).toEqual([]);
  });

  it("says at its field what the server refuses", async () => {
    const detail = "host: must be a host name or an address alone.";
    answering(400, { type: "urn:sunledger:problem:invalid-field", detail, parameter: "host" });
    shown();
    await fill("survey.host", "http://x");
    await userEvent.click(screen.getByText("survey.do"));
    expect(await screen.findByText("Must be a host name or an address alone.")).toBeDefined();
  });

  it("can be given up", async () => {
    network.answer = () => new Promise(() => {});
    shown();
    await fill("survey.host", "192.168.1.7");
    await userEvent.click(screen.getByText("survey.do"));
    expect(await screen.findByText("survey.running 192.168.1.7")).toBeDefined();
    await userEvent.click(screen.getByText("shell:actions.cancel"));
    expect(screen.getByLabelText<HTMLInputElement>("survey.host").value).toBe("192.168.1.7");
  });
});
