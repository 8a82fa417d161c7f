/**
 * One of the two ends of contextBridge: functions of one world become functions of the other, by events on the window that both share. Sent to Chromium as text, so
 * it names nothing from outside of itself.
 */
export function bridgeEnd(own, other) {
  const kept = new Map();
  let count = 0;

  const keep = (fn, id = `${own}-${++count}`) => {
    kept.set(id, fn);
    return id;
  };
  const encode = (value) => {
    if (typeof value === 'function') return { $function: keep(value) };
    if (typeof value?.then === 'function') return { $promise: keep((done) => void value.then((result) => done(true, result), (error) => done(false, String(error?.message ?? error)))) };
    return { $value: value };
  };
  const decode = (coded) => {
    if ('$function' in coded) return (...args) => call(coded.$function, ...args);
    if ('$promise' in coded) return new Promise((resolve, reject) => call(coded.$promise, (ok, result) => (ok ? resolve(result) : reject(new Error(result)))));
    return coded.$value;
  };
  const call = (fn, ...args) => {
    const id = `${own}-call-${++count}`;
    let answer;
    addEventListener(id, (event) => (answer = event.detail), { once: true });
    dispatchEvent(new CustomEvent(`${other}-calls`, { detail: { id, fn, args: args.map(encode) } }));
    if (answer.error !== undefined) throw new Error(answer.error);
    return decode(answer.result);
  };
  addEventListener(`${own}-calls`, ({ detail: { id, fn, args } }) => {
    let detail;
    try {
      detail = { result: encode(kept.get(fn)(...args.map(decode))) };
    } catch (error) {
      detail = { error: String(error?.message ?? error) };
    }
    dispatchEvent(new CustomEvent(id, { detail }));
  });
  return { keep, call };
}
