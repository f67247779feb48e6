"use strict";

function element(name, content, className) {
  const made = document.createElement(name);
  made.append(...[content ?? []].flat());
  if (className) made.className = className;
  return made;
}

function typeOf(schema) {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.map(typeOf).filter((type) => type !== "null").join(" or ");
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.type === "array") return `list of ${typeOf(schema.items)}`;
  return schema.format ?? [schema.type].flat().join(" or ");
}

function limits(schema) {
  const said = [];
  if (schema.default !== undefined && schema.default !== null && String(schema.default) !== "") {
    said.push(`default ${JSON.stringify(schema.default)}`);
  }
  if (schema.minimum !== undefined) said.push(`at least ${schema.minimum}`);
  if (schema.maximum !== undefined) said.push(`at most ${schema.maximum}`);
  return said.join(", ");
}

function parameters(list) {
  const body = list.map((parameter) => element("tr", [
    element("td", element("code", parameter.name)),
    element("td", [typeOf(parameter.schema), element("div", limits(parameter.schema), "kind")]),
    element("td", parameter.description ?? parameter.schema.description ?? ""),
  ]));
  const head = element("tr", ["Parameter", "Type", "Meaning"].map((title) => element("th", title)));
  return element("table", [element("thead", head), element("tbody", body)]);
}

/** A schema as an example-like outline: {"name": type, …}. */
function outline(schema, indent = "") {
  const deeper = `${indent}  `;
  const first = schema.oneOf?.[0];
  if (first) return outline(first, indent);
  if (schema.properties) {
    const lines = Object.entries(schema.properties).map(
      ([name, member]) => `${deeper}"${name}": ${outline(member, deeper)}${remark(member)}`,
    );
    return `{\n${lines.join("\n")}\n${indent}}`;
  }
  if (schema.items?.properties || schema.items?.oneOf) return `[${outline(schema.items, indent)}, …]`;
  return typeOf(schema) || "anything";
}

function remark(schema) {
  return schema.description ? `   — ${schema.description}` : "";
}

function answer(status, response) {
  const types = Object.keys(response.content ?? {});
  const shape = Object.values(response.content ?? {})[0]?.schema;
  const made = [element("p", [element("code", status), ` ${response.description} `, element("span", types.join(", "), "kind")])];
  if (shape?.properties || shape?.items) made.push(element("pre", outline(shape)));
  return made;
}

function operation(method, path, described) {
  const title = element("summary", [
    element("span", method.toUpperCase(), "method"), element("code", path), ` ${described.summary ?? ""}`,
  ]);
  const content = [element("p", described.description ?? "")];
  if (described.parameters?.length) content.push(parameters(described.parameters));
  for (const [status, response] of Object.entries(described.responses)) content.push(...answer(status, response));
  return element("details", [title, ...content]);
}

/** A description with every reference replaced by what it refers to. */
function inlined(value, schemas) {
  if (Array.isArray(value)) return value.map((each) => inlined(each, schemas));
  if (value === null || typeof value !== "object") return value;
  if (value.$ref) return inlined(schemas[value.$ref.split("/").pop()], schemas);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, inlined(each, schemas)]));
}

async function show() {
  const described = await (await fetch("openapi.json")).json();
  const api = inlined(described, described.components?.schemas ?? {});
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, described] of Object.entries(methods)) {
      const group = described.tags?.[0] ?? "other";
      groups.set(group, [...(groups.get(group) ?? []), operation(method, path, described)]);
    }
  }
  const source = element("a", "openapi.json");
  source.href = "openapi.json";
  document.getElementById("about").replaceChildren(`${api.info.description ?? ""} Version ${api.info.version}. Machine-readable: `, source);
  for (const [group, operations] of groups) {
    document.getElementById("operations").append(element("h2", group), ...operations);
  }
}

show().catch((error) => {
  document.getElementById("about").textContent = `openapi.json could not be read: ${error}`;
});
