import { ActionIcon, Tooltip, type ActionIconProps } from '@mantine/core';
import type { LucideIcon } from 'lucide-react';
import type { ComponentPropsWithoutRef, Ref } from 'react';

type Props = ActionIconProps & Omit<ComponentPropsWithoutRef<'button'>, keyof ActionIconProps> & { icon: LucideIcon; label: string; pressed?: boolean; ref?: Ref<HTMLButtonElement> };

/** A button with an icon alone: its name is read out and shown as a tooltip. */
export function IconButton({ icon: Icon, label, pressed, ...rest }: Props) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} aria-pressed={pressed} {...(pressed === true ? { variant: 'light', color: 'accent' } : {})} {...rest}>
        <Icon size={17} strokeWidth={1.75} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
