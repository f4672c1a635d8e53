import { useConnection } from '../state/stores.ts';

/** How the link to the engine stands: in sight wherever the page is narrow or wide. */
export function LinkState() {
  const { tone, label } = useConnection();
  return (
    <span className={`link ${tone}`} role="status" title={label}>
      <i aria-hidden="true" />
      <span>{label}</span>
    </span>
  );
}
