/** A drawing in place of each picture that the serving process would give. */
export function picture(path: string): string {
  const spots = Array.from({ length: 40 }, (_, index) => {
    const x = (index * 137 + path.length * 31) % 640;
    const y = (index * 89 + path.length * 17) % 480;
    return `<circle cx="${x}" cy="${y}" r="${10 + (index % 5) * 4}" fill="hsl(${190 + (index % 4) * 15} 60% ${45 + (index % 3) * 12}%)"/>`;
  });
  return `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#0c1420"/>${spots.join('')}</svg>`)}`;
}
