"use strict";

// One form, sent as JSON. The secret of a setup link stands behind the #, which no server and no log ever sees.
const form = document.querySelector("form");
const complaint = form.querySelector("[role=alert]");
const button = form.querySelector("button");

function carried() {
  const fields = Object.fromEntries(new FormData(form));
  return form.action.endsWith("/setup") ? { secret: location.hash.slice(1), ...fields } : fields;
}

// Only a path of this very server: anything else could lead to a page that looks like ours.
function next() {
  const asked = new URLSearchParams(location.search).get("next") ?? "";
  const target = new URL(asked || form.dataset.then, location.origin);
  return target.origin === location.origin ? target.href : form.dataset.then; // its path alone may be //elsewhere
}

async function sent() {
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(carried()),
  });
  if (answer.ok) return null;
  const problem = await answer.json().catch(() => ({}));
  return problem.detail ?? `The server answered ${answer.status}.`;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  complaint.hidden = true;
  const wrong = await sent().catch(() => "The server cannot be reached.");
  if (wrong === null) {
    location.assign(next());
    return;
  }
  complaint.textContent = wrong;
  complaint.hidden = false;
  button.disabled = false;
});
