// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { EmissionSchedule } from "../../src/emission/EmissionSchedule.sol";
import { Test } from "../base/Test.sol";

/// @title The schedule, walked to its end for the periods of both networks.
contract EmissionScheduleTest is Test {
    uint256 private constant MAIN = 86_400;
    uint256 private constant LOCAL = 300;
    uint256 private constant SUPPLY = 10_500_000e18;
    /// @dev Days of an era, and of the part of era 9 that still emits a full day's amount.
    uint256 private constant ERA_DAYS = 1461;
    uint256 private constant LAST_FULL_DAYS = 191;

    function test_aDayEmits3600AndHalfOfItInEachLaterEra() public pure {
        uint256 day = 3600e18;
        for (uint256 era = 0; era < 9; ++era) {
            uint256 first = era * ERA_DAYS;
            assertEq(_emission(first, MAIN), day >> era, "first day of the era");
            assertEq(_emission(first + ERA_DAYS - 1, MAIN), day >> era, "last day of the era");
        }
    }

    function test_mainWalkedDayByDayEmitsTheSupplyToTheWei() public pure {
        uint256 days_ = ERA_DAYS * 10;
        uint256 sum = 0;
        uint256 previous = type(uint256).max;
        uint256 before = EmissionSchedule.emittedBefore(0, MAIN);
        for (uint256 day = 0; day < days_; ++day) {
            uint256 next = EmissionSchedule.emittedBefore(day + 1, MAIN);
            uint256 emission = next - before;
            assertEq(emission, _expected(day), "emission of the day");
            assertTrue(emission <= previous, "it never rises");
            sum += emission;
            (previous, before) = (emission, next);
        }
        assertEq(sum, SUPPLY, "the supply");
    }

    function test_erasZeroToEightLeave1345AndSomeForTheLastDays() public pure {
        uint256 nine = EmissionSchedule.emittedBefore(9 * ERA_DAYS, MAIN);
        assertEq(nine, 10_498_654_687_500_000_000_000_000, "eras 0 to 8");
        uint256 lastDay = 9 * ERA_DAYS + LAST_FULL_DAYS;
        assertEq(_emission(lastDay - 1, MAIN), 7_031_250_000_000_000_000, "the last full day");
        assertEq(_emission(lastDay, MAIN), 2_343_750_000_000_000_000, "a third of a day is left");
        assertEq(_emission(lastDay + 1, MAIN), 0, "then nothing");
        assertEq(_emission(type(uint128).max, MAIN), 0, "for ever");
    }

    function test_localHalvesAtTheSameSecondsAsMain() public pure {
        uint256 perDay = MAIN / LOCAL;
        for (uint256 era = 0; era < 9; ++era) {
            uint256 first = era * ERA_DAYS * perDay;
            uint256 expected = (3600e18 >> era) / perDay;
            assertEq(expected * perDay, 3600e18 >> era, "the day divides");
            assertEq(_emission(first, LOCAL), expected, "first period of the era");
            assertEq(_emission(first + ERA_DAYS * perDay - 1, LOCAL), expected, "last period of the era");
        }
        uint256 last = (9 * ERA_DAYS + LAST_FULL_DAYS) * perDay + perDay / 3;
        assertEq(EmissionSchedule.emittedBefore(last, LOCAL), SUPPLY, "out after 191 and a third days");
        assertTrue(_emission(last - 1, LOCAL) > 0, "not before");
        assertEq(_emission(last, LOCAL), 0, "nothing after");
    }

    /// @dev Day by day to the end, and period by period where the amount changes.
    function test_localWalkedToItsEndEmitsTheSupplyToTheWei() public pure {
        uint256 perDay = MAIN / LOCAL;
        for (uint256 day = 0; day <= ERA_DAYS * 10; ++day) {
            uint256 emitted = EmissionSchedule.emittedBefore(day * perDay, LOCAL);
            assertEq(emitted, EmissionSchedule.emittedBefore(day, MAIN), "as much as main by each midnight");
        }
        for (uint256 era = 1; era <= 9; ++era) {
            _walkLocal(era * ERA_DAYS - 1);
        }
        _walkLocal(9 * ERA_DAYS + LAST_FULL_DAYS - 1);
    }

    /// @dev Two days, each period by what its day emits, until the supply is used up.
    function _walkLocal(uint256 day) private pure {
        uint256 perDay = MAIN / LOCAL;
        uint256 emitted = EmissionSchedule.emittedBefore(day * perDay, LOCAL);
        for (uint256 period = day * perDay; period < (day + 2) * perDay; ++period) {
            uint256 era = period / (ERA_DAYS * perDay);
            uint256 full = 3600e18 / 2 ** era / perDay;
            emitted += full < SUPPLY - emitted ? full : SUPPLY - emitted;
            assertEq(EmissionSchedule.emittedBefore(period + 1, LOCAL), emitted, "after a period");
        }
    }

    function testFuzz_anyDayIsTheSumOfItsLocalPeriods(uint256 day) public pure {
        day = bound(day, 0, ERA_DAYS * 10);
        uint256 perDay = MAIN / LOCAL;
        uint256 sum = 0;
        for (uint256 i = 0; i < perDay; ++i) {
            sum += _emission(day * perDay + i, LOCAL);
        }
        assertEq(sum, _emission(day, MAIN), "both networks emit the same a day");
    }

    function testFuzz_nothingPassesTheSupply(uint256 period, uint256 seconds_) public pure {
        uint256[6] memory spans = [uint256(3), 60, 300, 3600, 21_600, 86_400];
        seconds_ = spans[seconds_ % spans.length];
        period = bound(period, 0, type(uint128).max);
        uint256 emitted = EmissionSchedule.emittedBefore(period, seconds_);
        assertTrue(emitted <= SUPPLY, "the supply");
        assertTrue(EmissionSchedule.emittedBefore(period + 1, seconds_) >= emitted, "it never falls");
    }

    function test_bothNetworksDivideExactlyAndOthersDoNot() public pure {
        assertTrue(EmissionSchedule.dividesExactly(MAIN), "main");
        assertTrue(EmissionSchedule.dividesExactly(LOCAL), "local");
        assertFalse(EmissionSchedule.dividesExactly(100), "a hundred seconds are no whole wei");
        assertFalse(EmissionSchedule.dividesExactly(100_000), "an era is no multiple");
    }

    /// @dev By counting days, not by the closed form: what the economy's rules say.
    function _expected(uint256 day) private pure returns (uint256) {
        uint256 era = day / ERA_DAYS;
        uint256 full = 3600e18 / 2 ** era;
        if (era < 9) return full;
        uint256 dayOfEra = day - 9 * ERA_DAYS;
        if (dayOfEra < LAST_FULL_DAYS) return full;
        return dayOfEra == LAST_FULL_DAYS ? full / 3 : 0;
    }

    function _emission(uint256 period, uint256 seconds_) private pure returns (uint256) {
        return EmissionSchedule.emittedBefore(period + 1, seconds_)
            - EmissionSchedule.emittedBefore(period, seconds_);
    }
}
