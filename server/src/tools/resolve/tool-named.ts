/** The tool meant by a name of its own (`get_ticket`) or with its connector's before it (`zendesk_get_ticket`, RULINGS Everywhere 16). */
export function toolNamed<Tool extends { readonly name: string }>(
  tools: readonly Tool[],
  connectorId: string,
  name: string,
): Tool | undefined {
  const exact = tools.find((tool) => tool.name === name);
  if (exact) return exact;
  const prefix = [`${connectorId}_`, `${connectorId.replaceAll('-', '_')}_`].find((each) => name.startsWith(each));
  return prefix === undefined ? undefined : tools.find((tool) => tool.name === name.slice(prefix.length));
}
