try { const s = localStorage.scheme; if (s === "light" || s === "dark") document.documentElement.dataset.theme = s; } catch { /* storage is off */ }
