import { useComputedColorScheme } from '@mantine/core';
import { useEffect } from 'react';
import { hexColor } from '../../../../models/tasks/segment/colors-hex';
import type { Engine } from '../canvas/engine';
import { paletteBytes } from '../canvas/palette';
import { regionColors } from '../session/colors';
import { useSegment, useSession } from '../session/context';

const RIM = 0.95;

/** Hands what the screen's state says to the engine. */
export function useScene(engine: Engine | null): void {
  const session = useSession();
  const scheme = useComputedColorScheme();

  useEffect(() => {
    if (engine === null) return;
    const [red, green, blue] = hexColor(getComputedStyle(engine.canvas).getPropertyValue('--ms-sunken').trim() || '#000000');
    const ground = [red / 255, green / 255, blue / 255] as const;
    const send = () => {
      const { view, fill, outlines, hovered, split, canvas } = session.state;
      if (view) engine.scene = { view, fill, rim: outlines ? Math.max(RIM * Math.min(1, fill * 4), 0.4) : 0, hovered, split: split === null ? null : split * canvas.width, ground };
    };
    send();
    return session.store.subscribe((now, before) => {
      if (now.view !== before.view || now.fill !== before.fill || now.outlines !== before.outlines || now.hovered !== before.hovered || now.split !== before.split) send();
    });
  }, [engine, session, scheme]);

  const document = useSegment((state) => state.document);
  const version = useSegment((state) => state.version);
  const selected = useSegment((state) => state.selected);
  const hidden = useSegment((state) => state.hidden);
  const coloring = useSegment((state) => state.coloring);
  useEffect(() => {
    if (engine === null || document === null) return;
    const colorOf = regionColors(coloring, document.classes);
    engine.palette = paletteBytes(document.map.highest, (label) => {
      const region = document.map.regions.get(label);
      return region && { color: colorOf(region), shown: !hidden.has(region.class), selected: selected.has(label) };
    });
  }, [engine, document, version, selected, hidden, coloring]);
}
