/** The line between the test and the main process under test, over child_process messages. */
const commands = new Map();

/** Tells the test what was asked of the system. */
export function tell(event, body = {}) {
  if (process.connected) process.send({ event, ...body });
}

/** `action` answers the test's command of that name; its result goes back. */
export function command(name, action) {
  commands.set(name, action);
}

process.on('message', async ({ id, name, args = [] }) => {
  try {
    if (!commands.has(name)) throw new Error(`The stand-in has no command ${name}`);
    tell('answer', { id, result: await commands.get(name)(...args) });
  } catch (error) {
    tell('answer', { id, error: String(error) });
  }
});
