import {
  Baby,
  Camera,
  Dumbbell,
  GraduationCap,
  Hammer,
  Leaf,
  MonitorSmartphone,
  PartyPopper,
  PawPrint,
  Sparkles,
  SprayCan,
  Truck,
  Wrench,
  Zap,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { Category } from '@/api/catalog'
import { maybe } from '@/i18n'

const ICONS: Record<string, Component> = {
  'home-cleaning': SprayCan,
  gardening: Leaf,
  plumbing: Wrench,
  electrical: Zap,
  handyman: Hammer,
  moving: Truck,
  tutoring: GraduationCap,
  'it-help': MonitorSmartphone,
  beauty: Sparkles,
  fitness: Dumbbell,
  'pet-care': PawPrint,
  photography: Camera,
  childcare: Baby,
  events: PartyPopper,
}

/** Administrators may add categories: those get a picture of their own later, and a general one until then. */
export const categoryIcon = (id: string): Component => ICONS[id] ?? Sparkles

const TONES = [
  'bg-sky-100 text-sky-800 dark:bg-sky-950 dark:text-sky-200',
  'bg-emerald-100 text-emerald-800 dark:bg-emerald-950 dark:text-emerald-200',
  'bg-amber-100 text-amber-900 dark:bg-amber-950 dark:text-amber-200',
  'bg-rose-100 text-rose-800 dark:bg-rose-950 dark:text-rose-200',
  'bg-violet-100 text-violet-800 dark:bg-violet-950 dark:text-violet-200',
  'bg-orange-100 text-orange-900 dark:bg-orange-950 dark:text-orange-200',
]

/** The same category always has the same colours. */
export function categoryTone(id: string): string {
  const sum = [...id].reduce((total, letter) => total + letter.charCodeAt(0), 0)
  return TONES[sum % TONES.length] as string
}

/**
 * By the name that administrators gave it, and so only as long as it has that: a new name is shown as it is, and not as
 * the translation of the old one.
 */
export const categoryName = ({ name }: Pick<Category, 'name'>): string =>
  maybe(`common.category_${name}`) ?? name
