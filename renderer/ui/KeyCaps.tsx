import classes from './KeyCaps.module.css';

/** The keys of a shortcut, such as Ctrl and O. */
export function KeyCaps({ caps }: { caps: readonly string[] }) {
  return (
    <span className={classes.caps}>
      {caps.map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
