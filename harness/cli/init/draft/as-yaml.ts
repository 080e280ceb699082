/** Data as YAML that people like to read and edit: short parts on one line, comments where they help. */

import { Document, isCollection, isPair, isScalar, visit } from "yaml";

export interface Remarks {
  /** Above the whole file. */
  readonly head: string;
  /** Above the field at a path such as "nodes.api". */
  readonly at?: Readonly<Record<string, string>>;
}

const widestLine = 140;

export function asYaml(data: unknown, { head, at = {} }: Remarks): string {
  const document = new Document(data, { aliasDuplicateObjects: false });
  visit(document, {
    Collection: (_key, node, path) => {
      // The outermost parts are read one under the other.
      if (path.length > 2 && JSON.stringify(node).length < widestLine - 2 * path.length) node.flow = true;
    },
    Pair: (_key, pair, path) => {
      const names = [...path.filter(isPair), pair].map(({ key }) => (isScalar(key) ? String(key.value) : ""));
      const remark = at[names.join(".")];
      if (remark !== undefined && isScalar(pair.key)) pair.key.commentBefore = commented(remark);
    },
  });
  if (isCollection(document.contents)) document.commentBefore = commented(head);
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

function commented(text: string): string {
  return text.split(/[\n\r]/).map((line) => (line === "" ? "" : ` ${line}`)).join("\n");
}
