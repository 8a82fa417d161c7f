/** The application's sign. */
export function Mark({ className }: { className?: string | undefined }) {
  return (
    <svg className={className} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--ms-accent)" />
      <path d="M6 20c3.5 0 3.5-9 7-9s3.5 10 7 10 3-6 6-6" fill="none" stroke="var(--ms-accent-ink)" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
