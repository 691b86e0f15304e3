/** The tool meant by a name of its own (`get_ticket`) or with its connector's before it (`zendesk_get_ticket`, RULINGS Everywhere 16). */
export function toolNamed<Tool extends { readonly name: string }>(
  tools: readonly Tool[],
  connectorId: string,
  name: string,
): Tool | undefined {
  const names = bareNames(name, connectorId);
  return names.flatMap((each) => tools.find((tool) => tool.name === each) ?? [])[0];
}

/** The names a tool can have that is called so: the name as it is, and without its connector's before it. */
export function bareNames(name: string, connectorId: string): readonly string[] {
  const bare = prefixesOf(connectorId).flatMap((prefix) =>
    name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
  );
  return [...new Set([name, ...bare])];
}

/** How a connector's name stands before a tool's. */
export function prefixesOf(connectorId: string): readonly string[] {
  return [`${connectorId}__`, `${connectorId}_`, `${connectorId.replaceAll('-', '_')}_`];
}
