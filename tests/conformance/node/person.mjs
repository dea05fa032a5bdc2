// A person whose browser knows nothing but forms: for programs that care about what the client hears, not about the pages.

const { CONFORMANCE_USERNAME: username, CONFORMANCE_PASSWORD: password } = process.env;

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'" };
const plain = (text) => text.replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole);

/** What the first form of a page would send. */
function form(html) {
  const [, attributes, inside] = /<form\b([^>]*)>(.*?)<\/form>/s.exec(html) ?? [];
  if (inside === undefined) return undefined;
  const value = (tag, name) => plain(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  const inputs = [...inside.matchAll(/<input\b[^>]*>/gs)].map(([tag]) => ({
    name: value(tag, 'name'), type: value(tag, 'type') || 'text', value: value(tag, 'value'), checked: /\bchecked\b/.test(tag),
  }));
  return { action: value(attributes, 'action'), inputs };
}

export class Person {
  #cookies = new Map();
  /** The pages that were shown, in turn. */
  pages = [];
  /** What the last consent page said, as HTML. */
  shown = '';

  async #ask(url, init = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (/max-age=0/i.test(line)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return { status: answer.status, location: answer.headers.get('location'), html: await answer.text(), url };
  }

  /** GET; a page or a redirect. */
  open(url) {
    return this.#ask(String(url));
  }

  /** Sends the form of `page` with what is `filled` in; ticked boxes go along as they are. */
  send(page, filled) {
    const found = form(page.html);
    if (!found) throw new Error(`no form: ${page.status} ${page.location} ${page.html.slice(0, 400)}`);
    const body = new URLSearchParams();
    for (const { name, type, value, checked } of found.inputs) {
      if (!name || name in filled || (['checkbox', 'radio'].includes(type) && !checked)) continue;
      body.append(name, value);
    }
    for (const [name, value] of Object.entries(filled)) body.append(name, value);
    return this.#ask(new URL(found.action, page.url).href, { method: 'POST', body });
  }

  /** Logs in if asked to, then decides; answers where the browser is sent, as a URL. */
  async decide(url, decision = 'allow') {
    let page = await this.open(url);
    if (form(page.html)?.inputs.some(({ type }) => type === 'password')) {
      this.pages.push('login');
      page = await this.send(page, { username, password });
    }
    if (page.status === 200) {
      this.pages.push('consent');
      this.shown = page.html;
      page = await this.send(page, { decision });
    }
    if (page.status !== 303) throw new Error(`no redirect: ${page.status} ${page.html.slice(0, 400)}`);
    return new URL(page.location);
  }
}
