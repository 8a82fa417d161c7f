import { NumberInput, type NumberInputProps } from '@mantine/core';
import { useRef, useState } from 'react';

type Props = Omit<NumberInputProps, 'value' | 'onChange' | 'onFocus' | 'onBlur'> & { value: number | null; onChange: (value: number | null) => void };

/** A number that counts while it is typed. What is none yet, such as `1.`, stays in the field as it is until the field is left; empty is null. */
export function NumberField({ value, onChange, ...rest }: Props) {
  const [typed, setTyped] = useState<number | string | null>(null);
  const focused = useRef(false);
  return (
    <NumberInput
      {...rest}
      allowedDecimalSeparators={['.', ',']}
      value={typed ?? value ?? ''}
      onFocus={() => (focused.current = true)}
      onBlur={() => {
        focused.current = false;
        setTyped(null);
      }}
      onChange={(next) => {
        if (focused.current) setTyped(next);
        const number = next === '' ? null : Number(next);
        if (number === null || Number.isFinite(number)) onChange(number);
      }}
    />
  );
}
