/** The six screens, each loaded when it is first shown. */
import { AudioLines, Boxes, Layers, ScanSearch, ScrollText, Settings, type LucideIcon } from 'lucide-react';
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
import type { Screen } from '../stores/screens';

interface ScreenEntry {
  icon: LucideIcon;
  Component: LazyExoticComponent<ComponentType>;
}

export const screens: Record<Screen, ScreenEntry> = {
  segment: { icon: ScanSearch, Component: lazy(async () => ({ default: (await import('../features/segment')).SegmentScreen })) },
  transcribe: { icon: AudioLines, Component: lazy(async () => ({ default: (await import('../features/transcribe')).TranscribeScreen })) },
  batch: { icon: Layers, Component: lazy(async () => ({ default: (await import('../features/batch')).BatchScreen })) },
  models: { icon: Boxes, Component: lazy(async () => ({ default: (await import('../features/models')).ModelsScreen })) },
  logs: { icon: ScrollText, Component: lazy(async () => ({ default: (await import('../features/logs')).LogsScreen })) },
  settings: { icon: Settings, Component: lazy(async () => ({ default: (await import('../features/settings')).SettingsScreen })) },
};
