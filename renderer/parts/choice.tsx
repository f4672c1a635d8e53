interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; text: string }[];
  onChoose(value: T): void;
}

/** A choice that looks like the words it says: the system's own menu lies invisibly over them. */
export function Choice<T extends string>({ label, value, options, onChoose }: ChoiceProps<T>) {
  return (
    <span className="choice">
      <span aria-hidden="true">{options.find((option) => option.value === value)?.text ?? value}</span>
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <path d="M2 3.5 5 6.5 8 3.5" />
      </svg>
      <select aria-label={label} value={value} onChange={({ target }) => onChoose(target.value as T)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </span>
  );
}
