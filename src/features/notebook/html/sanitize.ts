/**
 * HTML from outputs and Markdown, made safe before any of it is part of the page: no script, no style sheet, no form, no
 * frame, nothing that loads from elsewhere, nothing that can lie over the page or be mistaken for a part of it. Works on
 * an inert document; what comes out is a fragment whose images and links are still to be resolved (see resolve.ts).
 */
import createDOMPurify, { type Config, type DOMPurify } from 'dompurify';
import { safeStyle } from './safe-style.ts';

const HTML_NAMESPACE = 'http://www.w3.org/1999/xhtml';

const ALLOWED_ATTRIBUTES: ReadonlySet<string> = new Set(
  (
    'href src alt title width height colspan rowspan align valign border cellpadding cellspacing start type value max ' +
    'min open scope span dir lang color size face bgcolor style class datetime cite reversed id'
  ).split(' '),
);

/** Classes that our own style sheet gives a look; all others could borrow the look of the product. */
const ALLOWED_CLASS = /^(?:dataframe|at-math|at-math-block|language-[\w+#.-]{1,40})$/;

/** Elements that show something of an address; resolve.ts decides about each before it is in the page. */
const SOURCED: ReadonlySet<string> = new Set(['IMG', 'AUDIO', 'VIDEO', 'SOURCE']);

const FORBIDDEN_TAGS = (
  'style form input button select textarea option optgroup datalist fieldset label output keygen track picture map area dialog menu template slot link meta base iframe frame frameset object embed applet portal ' +
  'marquee noscript nobr foreignobject math menuitem title head body html'
).split(' ');

const CONFIG: Config & { RETURN_DOM_FRAGMENT: true } = {
  USE_PROFILES: { html: true, svg: true, svgFilters: true },
  FORBID_TAGS: FORBIDDEN_TAGS,
  FORBID_ATTR: [
    'srcset',
    'sizes',
    'background',
    'ping',
    'target',
    'rel',
    'name',
    'usemap',
    'poster',
    'action',
  ],
  // Their text is not text for people.
  FORBID_CONTENTS: [
    'script',
    'style',
    'iframe',
    'noscript',
    'template',
    'object',
    'noembed',
    'noframes',
    'xmp',
  ],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOW_UNKNOWN_PROTOCOLS: false,
  ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|attachment|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.\-:]|$))/i,
  SANITIZE_DOM: true,
  SANITIZE_NAMED_PROPS: true,
  RETURN_DOM_FRAGMENT: true,
};

export type Sanitized = {
  fragment: DocumentFragment;
  /** Something was in it that would have run. */
  hadScript: boolean;
};

export type Sanitizer = { sanitize(html: string): Sanitized };

/** Makes a sanitiser with hooks of its own; one a view is enough. */
export function createSanitizer(view: Window & typeof globalThis): Sanitizer {
  const purify = createDOMPurify(view);
  addHooks(purify);
  return {
    sanitize(html) {
      const fragment = purify.sanitize(quiet(html), CONFIG);
      const hadScript = purify.removed.some(isScript);
      return { fragment, hadScript };
    },
  };
}

function addHooks(purify: DOMPurify): void {
  purify.addHook('uponSanitizeAttribute', (node, data) => {
    if (node.namespaceURI !== HTML_NAMESPACE) return;
    if (!ALLOWED_ATTRIBUTES.has(data.attrName)) data.keepAttr = false;
    else if (data.attrName === 'class') {
      const classes = data.attrValue.split(/\s+/).filter((name) => ALLOWED_CLASS.test(name));
      if (classes.length === 0) data.keepAttr = false;
      else data.attrValue = classes.join(' ');
    } else if (data.attrName === 'style') {
      const style = safeStyle(data.attrValue);
      if (style === '') data.keepAttr = false;
      else data.attrValue = style;
    } else if (data.attrName === 'src' && !SOURCED.has(node.nodeName)) data.keepAttr = false;
  });
}

/**
 * Takes the names off event handlers and `base` before the text is parsed at all. They would not survive anyway; but the
 * browser applies the page's policy to inert documents too, and tells the console of each.
 */
function quiet(html: string): string {
  return html.replaceAll(/<[a-z][^>]*/gi, (tag) =>
    tag.replaceAll(/([\s"'/])on[a-z]+(?=\s*=)/gi, '$1data-off').replace(/^<base\b/i, '<wbr'),
  );
}

type Removed = DOMPurify['removed'][number];

function isScript(removed: Removed): boolean {
  return 'element' in removed && /^(?:script|iframe|object|embed)$/i.test(removed.element.nodeName);
}
