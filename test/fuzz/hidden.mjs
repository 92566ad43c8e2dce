/** Members that are no part of the public interface: private, protected, or marked internal; as `Class.member`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

export function hiddenMembers() {
  const found = [];
  for (const entry of readdirSync('src', { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
    const visit = (node) => {
      if (ts.isClassLike(node)) {
        for (const member of node.members) {
          if (!member.name) continue;
          const flags = ts.getCombinedModifierFlags(member);
          const internal = ts.getJSDocTags(member).some((tag) => tag.tagName.text === 'internal');
          if (internal || flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) {
            found.push(member.name.getText());
          }
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return [...new Set(found)];
}
