import { MantineProvider } from '@mantine/core';
import { StrictMode } from 'react';
import { StudioProvider } from '../stores/bridge-context';
import type { Studio } from '../stores/studio';
import { Shell } from './Shell';
import { cssVariables, theme } from './theme';

export function App({ studio }: { studio: Studio }) {
  return (
    <StrictMode>
      <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
        <StudioProvider studio={studio}>
          <Shell />
        </StudioProvider>
      </MantineProvider>
    </StrictMode>
  );
}
