import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createStore } from '../store/create-store.ts';
import { type TestHttp, startHttp } from './http.fixture.ts';

const day = 24 * 60 * 60_000;

describe('signing in', () => {
  let t: TestHttp;
  beforeEach(async () => {
    t = await startHttp();
  });
  afterEach(() => t.close());

  const login = (body: unknown, headers: Record<string, string> = {}) =>
    t.send('/login', {
      method: 'POST',
      headers: { Origin: t.origin, 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const secret = () => new URL(t.http.loginUrl).searchParams.get('token');

  it('gives a session by the printed link, in any number of browsers', async () => {
    for (let n = 0; n < 3; n += 1) {
      const headers = await t.signIn();
      const session = await t.send('/session', { headers });
      expect(session.status).toBe(200);
      expect(session.json()).toEqual({
        userId: 'ada',
        xsrfToken: headers['X-XSRF-Token'],
        serverId: 'abcdef0123456789',
      });
      expect(session.headers['cache-control']).toBe('no-store');
    }
    expect(t.calls.filter(({ name }) => name === 'apps.ensureJupyterServer').length).toBeGreaterThan(0);
  });

  it('sets a cookie that scripts, other sites and other servers of this machine cannot use', async () => {
    const cookie = (await login({ token: secret() })).headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^__Host-atelier-abcdef01=[\w.-]+; /);
    for (const flag of ['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax', 'Max-Age=604800'])
      expect(cookie.split('; ')).toContain(flag);
    expect(cookie).not.toMatch(/Domain/i);
  });

  it('refuses a wrong token, a token that is no JSON, and a form', async () => {
    const wrong = await login({ token: 'x'.repeat(43) });
    expect(wrong.status).toBe(401);
    expect(wrong.json()).toMatchObject({ code: 'sign-in-required', loginUrl: '/login' });
    expect(wrong.headers['set-cookie']).toBeUndefined();
    expect((await login({ token: 5 })).status).toBe(400);
    const form = await t.send('/login', {
      method: 'POST',
      headers: { Origin: t.origin, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: `token=${secret()}`,
    });
    expect(form.status).toBe(400);
  });

  it.each([
    ['another site', 'https://evil.example'],
    ['a sandboxed frame', 'null'],
    ['a suffix of our host', 'http://127.0.0.1.evil.example'],
  ])('cannot be signed in by %s', async (_who, origin) => {
    expect((await login({ token: secret() }, { Origin: origin })).status).toBe(403);
  });

  it('keeps the XSRF token of other tabs when the link is opened again', async () => {
    const first = await t.signIn();
    const again = await login({ token: secret() }, { Cookie: first['Cookie'] ?? '' });
    expect(again.json()['xsrfToken']).toBe(first['X-XSRF-Token']);
  });

  it('serves a page that leaves no way to redirect elsewhere and runs only its own script', async () => {
    const page = await t.send('/login?token=abc&next=//evil.example&path=a.ipynb');
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('evil.example');
    expect(page.text).not.toContain('abc&');
    expect(page.text).toContain("location.replace('/' + rest)");
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'none'; script-src 'sha256-[^']+'; .*frame-ancestors 'none'/,
    );
    expect(page.headers['location']).toBeUndefined();
    expect(page.headers['referrer-policy']).toBe('no-referrer');
  });

  it('tells other sites nothing of the session', async () => {
    const headers = await t.signIn();
    for (const site of ['cross-site', 'same-site'])
      expect((await t.send('/session', { headers: { ...headers, 'Sec-Fetch-Site': site } })).status).toBe(
        403,
      );
    expect((await t.send('/session', { headers: { ...headers, 'Sec-Fetch-Site': 'none' } })).status).toBe(
      200,
    );
    expect((await t.send('/session')).status).toBe(401);
  });

  it('does not take a cookie that was changed, nor that of another server', async () => {
    const { Cookie = '' } = await t.signIn();
    const [name, value = ''] = Cookie.split('=');
    const parts = value.split('.');
    const forged = [
      `${name}=${[Buffer.from('bob').toString('base64url'), ...parts.slice(1)].join('.')}`,
      `${name}=${[...parts.slice(0, 2), (t.clock.now + day).toString(36), parts[3]].join('.')}`,
      `${name}=${value}x`,
      `${name}=${value}.x`,
      `__Host-atelier-00000000=${value}`,
      `x${name}=${value}`,
      `${name}=`,
    ];
    for (const cookie of forged)
      expect((await t.send('/session', { headers: { Cookie: cookie } })).status, cookie).toBe(401);
  });

  it('ends a session 7 days after its last request, not after its first', async () => {
    let headers = await t.signIn();
    t.clock.now += 6 * day;
    const renewed = await t.send('/session', { headers });
    const cookie = renewed.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    expect(cookie).not.toBe('');
    t.clock.now += 6 * day;
    expect((await t.send('/session', { headers })).status).toBe(401);
    headers = { ...headers, Cookie: cookie };
    const later = await t.send('/api/studio/v1/me', { headers });
    expect(later.status).toBe(200);
    expect(later.headers['set-cookie']?.[0]).toContain('__Host-atelier-abcdef01=');
    t.clock.now += 8 * day;
    expect((await t.send('/session', { headers })).status).toBe(401);
  });

  it('signs out for good, and only from our own page', async () => {
    const headers = await t.signIn();
    const { 'X-XSRF-Token': _xsrf, ...forged } = headers;
    expect((await t.send('/logout', { method: 'POST', headers: forged })).status).toBe(403);
    expect((await t.send('/session', { headers })).status).toBe(200);
    const out = await t.send('/logout', { method: 'POST', headers });
    expect(out.status).toBe(204);
    expect(out.headers['set-cookie']?.[0]).toContain('Max-Age=0');
    expect((await t.send('/session', { headers })).status).toBe(401);
  });
});

describe('the session of an earlier server', () => {
  it('goes on after a restart, unless it was signed out or the link was rotated', async () => {
    const store = await createStore(':memory:');
    const keep = { ...store, close: () => Promise.resolve() };
    const one = await startHttp({ store: keep });
    const stays = await one.signIn();
    const leaves = await one.signIn();
    await one.send('/logout', { method: 'POST', headers: leaves });
    const oldLink = one.http.loginUrl;
    await one.close();

    const two = await startHttp({ store: keep });
    expect((await two.send('/session', { headers: { Cookie: stays['Cookie'] ?? '' } })).status).toBe(200);
    expect((await two.send('/session', { headers: { Cookie: leaves['Cookie'] ?? '' } })).status).toBe(401);
    expect(new URL(two.http.loginUrl).search).not.toBe(new URL(oldLink).search);
    await two.close();

    const config = { host: '127.0.0.1', withoutFeatures: [], rotateLink: true };
    const three = await startHttp({ store: keep, config });
    expect((await three.send('/session', { headers: { Cookie: stays['Cookie'] ?? '' } })).status).toBe(401);
    await three.close();
    await store.close();
  });
});
