/*
 * Every part of the UI in every state, for those who work on it: `/gallery` of the development server. No code of the
 * product is made for it, and none of it is in the product's bundle.
 */
import '@/ui/base.css';
import './gallery.css';
import { createRoot } from 'react-dom/client';
import { Gallery } from './Gallery.tsx';

const place = document.getElementById('gallery');
if (place) createRoot(place).render(<Gallery />);
