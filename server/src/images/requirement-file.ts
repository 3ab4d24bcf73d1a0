/** Markers that leave a package out here; what is not understood counts as installed. */
function isElsewhere(marker: string): boolean {
  const platform = /sys_platform == '(\w+)'/.exec(marker)?.[1];
  if (platform !== undefined && platform !== process.platform) return true;
  if (/^\s*os_name == 'nt'/.test(marker)) return process.platform !== 'win32';
  return /(?:platform_python_)?implementation(?:_name)? == 'pypy'/i.test(marker);
}

/** How many packages a compiled requirement file installs here. A package may be pinned twice, by Python version. */
export function packageCount(requirements: string): number {
  const names = new Set<string>();
  for (const line of requirements.split('\n')) {
    const [, name, marker = ''] = /^([A-Za-z0-9][\w.-]*)==[^\s;]+\s*(?:;([^\\]*))?/.exec(line) ?? [];
    if (name !== undefined && !isElsewhere(marker)) names.add(name);
  }
  return names.size;
}
