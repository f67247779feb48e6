// @vitest-environment happy-dom
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../api/problem.ts";
import { Confirm } from "./Dialog.tsx";
import { Field, Select } from "./Field.tsx";
import { FormProblem, faultOf } from "./FormProblem.tsx";
import { Switch } from "./Switch.tsx";

afterEach(cleanup);

describe("a field", () => {
  it("is found by its label and says what is wrong with it", () => {
    render(<Field error="no such host" hint="An address" label="Host" onChange={() => {}} value="x" />);
    const field = screen.getByLabelText("Host");
    const described = field.getAttribute("aria-describedby")?.split(" ") ?? [];
    expect(described.map((id) => document.getElementById(id)?.textContent)).toEqual([
      "no such host",
      "An address",
    ]);
    expect(field.getAttribute("aria-invalid")).toBe("true");
  });

  it("cannot be changed where configuration sets it", () => {
    render(<Field label="Host" onChange={() => {}} pinned="DTU_HOST" value="x" />);
    expect(screen.getByLabelText<HTMLInputElement>("Host").disabled).toBe(true);
  });

  it("tells what was chosen", async () => {
    const chosen = vi.fn();
    const options = [
      { value: "a", label: "A" },
      { value: "b", label: "B" },
    ] as const;
    render(<Select label="Which" onChange={chosen} options={options} value="a" />);
    await userEvent.selectOptions(screen.getByLabelText("Which"), "b");
    expect(chosen).toHaveBeenCalledWith("b");
  });

  it("is switched by its words", async () => {
    function Form() {
      const [on, setOn] = useState(false);
      return <Switch checked={on} label="Kept" onChange={setOn} />;
    }
    render(<Form />);
    await userEvent.click(screen.getByText("Kept"));
    expect(screen.getByRole<HTMLInputElement>("switch").checked).toBe(true);
  });
});

describe("a refusal", () => {
  const refusal = new Problem("invalid", "port: must be at most 65535", 400, "port");

  it("stands at its field", () => {
    expect(faultOf(refusal, "port")).toBe("Must be at most 65535");
    expect(faultOf(refusal, "host")).toBeUndefined();
  });

  it("stands above the buttons where the form has no such field", () => {
    const { rerender } = render(<FormProblem error={refusal} fields={["host", "port"]} />);
    expect(screen.queryByRole("alert")).toBeNull();
    rerender(<FormProblem error={refusal} fields={["host"]} />);
    expect(screen.getByRole("alert").textContent).toContain("65535");
  });
});

describe("a question", () => {
  it("leaves one where one was before it", async () => {
    function Page() {
      const [asked, setAsked] = useState(false);
      return (
        <>
          <button onClick={() => setAsked(true)} type="button">
            Ask
          </button>
          {asked ? (
            <Confirm action="Remove" onClose={() => setAsked(false)} onConfirm={() => {}} title="Remove it?">
              It is gone then.
            </Confirm>
          ) : null}
        </>
      );
    }
    render(<Page />);
    await userEvent.click(screen.getByText("Ask"));
    await userEvent.click(screen.getByText("actions.cancel"));
    expect(document.activeElement?.textContent).toBe("Ask");
  });

  it("is answered by its buttons", async () => {
    const [yes, no] = [vi.fn(), vi.fn()];
    render(
      <Confirm action="Remove" onClose={no} onConfirm={yes} title="Remove it?">
        It is gone then.
      </Confirm>,
    );
    await userEvent.click(screen.getByText("Remove"));
    expect(yes).toHaveBeenCalledOnce();
    expect(no).not.toHaveBeenCalled();
  });
});
