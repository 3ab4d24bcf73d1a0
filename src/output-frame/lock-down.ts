/**
 * Closes the one way out that no policy of contents knows: a peer connection sends packets to any address. This document
 * loses the constructors, and a document inside it would have its own again, so there are none: frames are taken out in
 * the same task in which they come, before theirs begins. Runs before any output; keeps what it needs for itself, because
 * scripts of outputs may replace every method later.
 */
const { apply, defineProperty, deleteProperty, getOwnPropertyDescriptor } = Reflect;

const GONE = ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel', 'WebTransport'];
/** Nothing may make a shadow root that is not watched, as these do: they parse one out of markup. */
const PARSERS = /^(?!get|inner|outer|insertAdjacent)\w*HTML(?:Unsafe)?$|^(?:write|writeln|open)$/;
const PARSING = [
  Element.prototype,
  ShadowRoot.prototype,
  DocumentFragment.prototype,
  Document,
  Document.prototype,
];
const FRAMES = 'iframe,frame,object,embed,fencedframe,portal';
const OPTIONS = { subtree: true, childList: true };

type Method = (this: unknown, ...args: unknown[]) => unknown;

function methodOf(prototype: object, name: string): Method {
  const { value } = getOwnPropertyDescriptor(prototype, name) ?? {};
  if (typeof value !== 'function') throw new Error(`This browser has no ${name}.`);
  return value as Method;
}

function getterOf(prototype: object, name: string): Method {
  const get = getOwnPropertyDescriptor(prototype, name)?.get;
  if (!get) throw new Error(`This browser has no ${name}.`);
  return get as Method;
}

/** Takes the ways out away. Once, at the start. */
export function lockDown(): void {
  for (const name of GONE) deleteProperty(globalThis, name);
  for (const owner of PARSING)
    for (const name of Object.getOwnPropertyNames(owner)) if (PARSERS.test(name)) deleteProperty(owner, name);
  const observe = methodOf(MutationObserver.prototype, 'observe');
  const querySelector = methodOf(Element.prototype, 'querySelector');
  const matches = methodOf(Element.prototype, 'matches');
  const remove = methodOf(Element.prototype, 'remove');
  const attachShadow = methodOf(Element.prototype, 'attachShadow');
  const item = methodOf(NodeList.prototype, 'item');
  const addedNodes = getterOf(MutationRecord.prototype, 'addedNodes');
  const lengthOf = getterOf(NodeList.prototype, 'length');
  const nodeType = getterOf(Node.prototype, 'nodeType');

  const clean = (node: unknown) => {
    if (apply(nodeType, node, []) !== 1) return;
    if (apply(matches, node, [FRAMES])) apply(remove, node, []);
    for (;;) {
      const frame: unknown = apply(querySelector, node, [FRAMES]);
      if (frame === null) return;
      apply(remove, frame, []);
    }
  };
  const observer = new MutationObserver((records) => {
    for (let r = 0; r < records.length; r += 1) {
      const nodes: unknown = apply(addedNodes, records[r], []);
      const count = Number(apply(lengthOf, nodes, []));
      for (let n = 0; n < count; n += 1) clean(apply(item, nodes, [n]));
    }
  });
  apply(observe, observer, [document, OPTIONS]);
  defineProperty(Element.prototype, 'attachShadow', {
    configurable: false,
    writable: false,
    value(this: Element, init: ShadowRootInit) {
      // A clone would have a root that nobody made here.
      const root = apply(attachShadow, this, [{ ...init, clonable: false }]);
      apply(observe, observer, [root, OPTIONS]);
      return root;
    },
  });
}
