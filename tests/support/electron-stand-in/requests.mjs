import { schemes, inside } from './addresses.mjs';

export const protocol = {
  registerSchemesAsPrivileged: (list) => list.forEach(({ scheme }) => schemes.set(scheme, undefined)),
  handle: (scheme, handler) => schemes.set(scheme, handler),
};

/** Every request of every window: our own schemes go to their handler, navigation is asked for first, and nothing else leaves the machine. */
export async function interceptRequests(page, { mayNavigate }) {
  await page.route('**/*', async (route) => {
    const request = route.request();
    const address = inside(request.url());
    if (request.isNavigationRequest() && !mayNavigate(address, request.frame() === page.mainFrame())) return route.abort('aborted');
    const handler = schemes.get(new URL(address).protocol.slice(0, -1));
    if (!handler) return route.abort('blockedbyclient');
    const body = request.postDataBuffer();
    const answer = await handler(new Request(address, { method: request.method(), headers: await request.allHeaders(), ...(body ? { body } : {}) }));
    await route.fulfill({ status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) }).catch(() => undefined); // the page has gone
  });
}
