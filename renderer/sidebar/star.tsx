/** Marks what is on the watchlist. */
export function Star({ title }: { title: string }) {
  return (
    <svg className="star" viewBox="0 0 16 16" role="img" aria-label={title}>
      <path d="m8 1.6 1.9 4.1 4.5.5-3.3 3.1.9 4.4L8 11.5l-4 2.2.9-4.4L1.6 6.2l4.5-.5z" />
    </svg>
  );
}
