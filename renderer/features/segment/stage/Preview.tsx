import { useState } from 'react';
import { resource } from '../../../../main/contract/resources';
import { useBridge } from '../../../stores/bridge-context';
import { useSegment } from '../session/context';
import classes from './Preview.module.css';

/** The thumbnail where the picture will be, until the canvas has drawn it. */
export function Preview({ file }: { file: string }) {
  const bridge = useBridge();
  const drawn = useSegment((state) => state.drawn);
  const error = useSegment((state) => state.error);
  const [there, setThere] = useState(false);
  if (drawn || error) return null;
  return <img className={classes.preview} hidden={!there} src={bridge.url(resource.thumbnail(file))} alt="" draggable={false} onLoad={() => setThere(true)} />;
}
