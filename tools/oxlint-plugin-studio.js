// House rules that the linter has no rule for. The layer table is tools/layers.json; style and reasons are in
// ARCHITECTURE.md. A test (tools/lint.test.ts) plants one forbidden import of each kind and must see it found.
import { readFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const table = JSON.parse(readFileSync(resolve(root, 'tools/layers.json'), 'utf8'));

const isTest = (file) =>
  /\.(test|spec)\.tsx?$/.test(file) || /(^|\/)(test|e2e)\//.test(file) || /\/(fake|test)-[^/]*$/.test(file);

/** Path of a file below the project, with slashes; files planted by the test count by their part after `src/`. */
function projectPath(filename) {
  const path = filename.split(sep).join('/');
  const base = root.split(sep).join('/') + '/';
  if (path.startsWith(base)) return path.slice(base.length);
  const at = path.search(/\/(src|core|contract|server|e2e)\//);
  return at < 0 ? path : path.slice(at + 1);
}

function layerOf(path) {
  const parts = path.split('/');
  if (
    parts[0] === 'core' ||
    parts[0] === 'contract' ||
    parts[0] === 'server' ||
    parts[0] === 'e2e' ||
    parts[0] === 'tools'
  ) {
    return { layer: parts[0], feature: null };
  }
  if (parts[0] !== 'src') return null;
  if (parts.length === 2) return { layer: 'entry', feature: null };
  return { layer: parts[1], feature: parts[1] === 'features' ? parts[2] : null };
}

function targetPath(source, file) {
  if (source.startsWith('@/')) return `src/${source.slice(2)}`;
  if (source.startsWith('@atelier-ide/core')) return 'core/src/x';
  if (source.startsWith('@atelier-ide/contract')) return 'contract/src/x';
  if (source.startsWith('@atelier-ide/server')) return 'server/src/x';
  if (source.startsWith('.')) return projectPath(resolve('/', dirname(file), source)).replace(/^\//, '');
  return null;
}

function checkLayer(context, node, { file, source, isType }) {
  const from = layerOf(file);
  const path = targetPath(source, file);
  const to = path && layerOf(path);
  if (!from || !to || !(from.layer in table.layers)) return;
  if (from.layer === to.layer) {
    if (from.feature !== to.feature) {
      context.report({
        node,
        message: `Feature "${from.feature}" may not import feature "${to.feature}": go through a service.`,
      });
    }
    return;
  }
  if (table.layers[from.layer].includes(to.layer)) return;
  if (isType && table.typeOnly[from.layer]?.includes(to.layer)) return;
  context.report({
    node,
    message: `Layer "${from.layer}" may not import layer "${to.layer}" (tools/layers.json).`,
  });
}

function checkDoors(context, node, { file, source, isType }) {
  if (isTest(file)) return;
  for (const door of table.doors) {
    const hit = door.packages.some((p) =>
      p.endsWith('/') || p.endsWith(':') ? source.startsWith(p) : source === p || source.startsWith(`${p}/`),
    );
    if (!hit) continue;
    if (isType && door.typeOnlyAnywhere) return;
    if (door.folders.some((f) => file.startsWith(f))) return;
    if (door.files?.some((f) => (f.startsWith('/') ? file.includes(f) : file.endsWith(f)))) return;
    if (door.rootFiles && !file.includes('/')) return;
    context.report({
      node,
      message: `"${source}" may be imported only by ${[...door.folders, ...(door.files ?? [])].join(', ')}.`,
    });
  }
}

const imports = {
  meta: { type: 'problem' },
  create(context) {
    const file = projectPath(context.filename ?? context.getFilename());
    const check = (node, isType) => {
      const source = node.source?.value;
      if (typeof source !== 'string') return;
      checkLayer(context, node, { file, source, isType });
      checkDoors(context, node, { file, source, isType });
    };
    return {
      ImportDeclaration: (node) => check(node, node.importKind === 'type'),
      ExportNamedDeclaration: (node) => check(node, node.exportKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, false),
    };
  },
};

/** `fetch` and `WebSocket` are used where their failures are handled: services and the contract's client. */
const network = {
  meta: { type: 'problem' },
  create(context) {
    const file = projectPath(context.filename ?? context.getFilename());
    if (
      !file.startsWith('src/') ||
      file.startsWith('src/services/') ||
      isTest(file) ||
      file.startsWith('src/app/')
    )
      return {};
    const report = (node, name) => context.report({ node, message: `${name} is used only in src/services.` });
    return {
      CallExpression(node) {
        if (node.callee.type === 'Identifier' && node.callee.name === 'fetch') report(node, 'fetch');
        const { callee } = node;
        if (
          callee.type === 'MemberExpression' &&
          callee.property.name === 'connect' &&
          !file.startsWith('src/services/')
        ) {
          report(node, '.connect() of a signal');
        }
      },
      NewExpression(node) {
        if (
          node.callee.type === 'Identifier' &&
          ['WebSocket', 'EventSource', 'XMLHttpRequest'].includes(node.callee.name)
        ) {
          report(node, node.callee.name);
        }
      },
    };
  },
};

/** Two IDEs can live on one page, so nothing that changes is held at module level. */
const noModuleState = {
  meta: { type: 'problem' },
  create(context) {
    const file = projectPath(context.filename ?? context.getFilename());
    if (!/^src\/(services|platform|features|workbench)\//.test(file) || isTest(file)) return {};
    return {
      'Program > VariableDeclaration'(node) {
        checkState(context, node);
      },
      'Program > ExportNamedDeclaration > VariableDeclaration'(node) {
        checkState(context, node);
      },
    };
  },
};

function checkState(context, node) {
  if (node.kind !== 'const') {
    context.report({ node, message: 'No state at module level: two IDEs can live on one page.' });
    return;
  }
  for (const { init } of node.declarations) {
    if (
      init?.type === 'NewExpression' &&
      ['Map', 'WeakMap', 'Emitter'].includes(init.callee.name) &&
      init.arguments.length === 0
    ) {
      context.report({ node, message: 'No registry at module level: two IDEs can live on one page.' });
    }
    if (init?.type === 'CallExpression' && ['createStore', 'create'].includes(init.callee.name)) {
      context.report({ node, message: 'No store at module level: two IDEs can live on one page.' });
    }
  }
}

export default { meta: { name: 'studio' }, rules: { imports, network, 'no-module-state': noModuleState } };
