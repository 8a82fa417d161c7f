/** Mantine's theme out of our tokens: one source of colours, both schemes. */
import { createTheme, defaultVariantColorsResolver, type CSSVariablesResolver, type MantineColorsTuple, type VariantColorsResolver } from '@mantine/core';

/** Every shade is the token, so that no colour of Mantine's own appears. */
const shades = (token: string) => Array.from({ length: 10 }, () => `var(${token})`) as unknown as MantineColorsTuple;

/** Mantine's two greys, from its lightest to its darkest use in each scheme. */
const onDark = ['--ms-ink', '--ms-ink-2', '--ms-ink-3', '--ms-line-strong', '--ms-line', '--ms-raised', '--ms-surface', '--ms-surface', '--ms-ground', '--ms-sunken'];
const onLight = ['--ms-ground', '--ms-sunken', '--ms-sunken', '--ms-line', '--ms-line', '--ms-line-strong', '--ms-ink-3', '--ms-ink-2', '--ms-ink', '--ms-ink'];
const row = (tokens: readonly string[]) => tokens.map((token) => `var(${token})`) as unknown as MantineColorsTuple;

const variants: VariantColorsResolver = (input) => {
  const name = input.color ?? 'accent';
  const tone = name === 'red' || name === 'bad' ? '--ms-bad' : name === 'second' ? '--ms-second' : '--ms-accent';
  const plain = { border: '1px solid transparent', color: `var(${tone})`, hoverColor: `var(${tone})` };
  switch (input.variant) {
    case 'filled':
      return { ...plain, background: `var(${tone})`, hover: `color-mix(in srgb, var(${tone}) 88%, var(--ms-ink))`, color: 'var(--ms-accent-ink)', hoverColor: 'var(--ms-accent-ink)' };
    case 'light':
      return { ...plain, background: `var(${tone}-soft)`, hover: `color-mix(in srgb, var(${tone}-soft) 85%, var(${tone}))` };
    case 'subtle':
    case 'transparent':
      return { ...plain, background: 'transparent', hover: input.variant === 'subtle' ? 'var(--ms-sunken)' : 'transparent', ...(name === 'gray' ? { color: 'var(--ms-ink-2)', hoverColor: 'var(--ms-ink)' } : {}) };
    case 'outline':
      return { ...plain, background: 'transparent', hover: `var(${tone}-soft)`, border: `1px solid var(${tone})` };
    case 'default':
      return { background: 'var(--ms-surface)', hover: 'var(--ms-sunken)', color: 'var(--ms-ink)', hoverColor: 'var(--ms-ink)', border: '1px solid var(--ms-line)' };
    default:
      return defaultVariantColorsResolver(input);
  }
};

export const theme = createTheme({
  primaryColor: 'accent',
  colors: { accent: shades('--ms-accent'), red: shades('--ms-bad'), dark: row(onDark), gray: row(onLight) },
  fontFamily: 'var(--ms-font)',
  fontFamilyMonospace: 'var(--ms-mono)',
  fontSizes: { xs: 'var(--ms-text-s)', sm: 'var(--ms-text-m)', md: 'var(--ms-text-l)', lg: 'var(--ms-text-xl)', xl: 'var(--ms-text-xxl)' },
  spacing: { xs: 'var(--ms-space-1)', sm: 'var(--ms-space-2)', md: 'var(--ms-space-3)', lg: 'var(--ms-space-4)', xl: 'var(--ms-space-6)' },
  radius: { xs: 'var(--ms-radius-s)', sm: 'var(--ms-radius-s)', md: 'var(--ms-radius-m)', lg: 'var(--ms-radius-l)', xl: 'var(--ms-radius-l)' },
  defaultRadius: 'md',
  respectReducedMotion: true,
  cursorType: 'pointer',
  variantColorResolver: variants,
  components: {
    Badge: { styles: { root: { textTransform: 'none' } } },
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { size: 30, variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false, checkIconPosition: 'right' } },
    Checkbox: { defaultProps: { size: 'xs', iconColor: 'var(--ms-accent-ink)' } },
    Switch: { defaultProps: { size: 'sm', withThumbIndicator: false } },
    SegmentedControl: { defaultProps: { size: 'xs' }, styles: { root: { boxShadow: 'inset 0 0 0 1px var(--ms-line)' }, label: { paddingInline: 'var(--ms-space-2)' } } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, events: { hover: true, focus: true, touch: false } }, styles: { tooltip: { background: 'var(--ms-ink)', color: 'var(--ms-surface)', fontSize: 'var(--ms-text-s)' } } },
    Modal: { defaultProps: { centered: true, padding: 'lg', overlayProps: { backgroundOpacity: 0.45 } }, styles: { title: { fontWeight: 650 } } },
    Drawer: { defaultProps: { padding: 'lg', overlayProps: { backgroundOpacity: 0.25 } }, styles: { title: { fontWeight: 650 } } },
    Menu: { defaultProps: { shadow: 'md', withInitialFocusPlaceholder: false } },
  },
});

/** Mantine's own variables, pointed at the tokens. */
const surfaces = {
  '--mantine-color-body': 'var(--ms-surface)',
  '--mantine-color-text': 'var(--ms-ink)',
  '--mantine-color-dimmed': 'var(--ms-ink-3)',
  '--mantine-color-bright': 'var(--ms-ink)',
  '--mantine-color-placeholder': 'var(--ms-ink-3)',
  '--mantine-color-anchor': 'var(--ms-accent)',
  '--mantine-color-error': 'var(--ms-bad)',
  '--mantine-color-default': 'var(--ms-surface)',
  '--mantine-color-default-hover': 'var(--ms-sunken)',
  '--mantine-color-default-color': 'var(--ms-ink)',
  '--mantine-color-default-border': 'var(--ms-line)',
  '--mantine-color-disabled': 'var(--ms-sunken)',
  '--mantine-color-disabled-color': 'var(--ms-ink-3)',
  '--mantine-color-disabled-border': 'var(--ms-line)',
  '--mantine-color-accent-filled': 'var(--ms-accent)',
  '--mantine-color-accent-filled-hover': 'var(--ms-accent)',
  '--mantine-color-accent-light': 'var(--ms-accent-soft)',
  '--mantine-color-accent-light-hover': 'var(--ms-accent-soft)',
  '--mantine-color-accent-light-color': 'var(--ms-accent)',
  '--mantine-color-accent-outline': 'var(--ms-accent)',
  '--mantine-primary-color-contrast': 'var(--ms-accent-ink)',
  '--mantine-shadow-md': 'var(--ms-shadow)',
  '--mantine-shadow-xl': 'var(--ms-shadow)',
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: { '--mantine-line-height': '1.5' }, light: surfaces, dark: surfaces });
