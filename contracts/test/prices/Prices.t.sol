// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { OwnableUpgradeable } from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import { System } from "../../src/base/System.sol";
import { IPrices } from "../../src/prices/IPrices.sol";
import { PriceRule } from "../../src/prices/PriceRule.sol";
import { Prices } from "../../src/prices/Prices.sol";
import { Deploy } from "../base/Deploy.sol";

/// @title Prices with seven signers and five quotes needed, as on the main network; each test names its periods.
abstract contract PricesFixture is Deploy {
    uint256 internal constant GENESIS = 1_800_000_000;
    uint256 internal constant FIRST = 3_600_000_000;
    Prices internal constant PRICES = Prices(System.PRICES);

    address internal owner = makeAddr("owner");

    function setUpPrices(uint256 periodSeconds, uint256 signers, uint256 needed) internal {
        vm.warp(GENESIS);
        address[] memory all = new address[](signers);
        for (uint256 i = 0; i < signers; ++i) {
            all[i] = signerAt(i);
        }
        deployProxyAt(
            System.PRICES,
            abi.encodePacked(creationCodeOf("Prices"), abi.encode(GENESIS, periodSeconds, signers, needed)),
            abi.encodeCall(Prices.initialize, (owner, FIRST, 2000, all))
        );
    }

    function signerAt(uint256 index) internal pure returns (address) {
        return address(uint160(0xC000 + index));
    }

    function quote(uint256 signer, uint256 value) internal {
        vm.prank(signerAt(signer));
        PRICES.quote(value);
    }
}

contract PricesTest is PricesFixture {
    uint256 private constant PERIOD = 1 days;

    function setUp() public {
        setUpPrices(PERIOD, 7, 5);
    }

    function test_theLowerMedianOfFreshQuotesIsThePriceOfTheNextPeriod() public {
        _quoteAll(PERIOD - 10, [FIRST, FIRST + 7200, FIRST + 3600, FIRST + 3600, FIRST + 7200, FIRST, FIRST]);
        vm.warp(GENESIS + PERIOD);
        assertEq(PRICES.weiPerMicroUsd(1), FIRST + 3600, "median of seven");
        assertEq(PRICES.weiPerMicroUsd(0), FIRST, "the first period keeps its own");
        (uint256 price, bool firm) = PRICES.fill();
        assertEq(price, FIRST + 3600, "filled");
        assertTrue(firm, "firm");
    }

    function test_twoLiarsCannotMoveTheMedianOfFive() public {
        vm.warp(GENESIS + PERIOD - 10);
        quote(0, 1);
        quote(1, 1);
        for (uint256 i = 2; i < 5; ++i) {
            quote(i, FIRST + 3600);
        }
        vm.warp(GENESIS + PERIOD);
        assertEq(PRICES.weiPerMicroUsd(1), FIRST + 3600, "two low liars");
        vm.warp(GENESIS + 2 * PERIOD - 10);
        quote(0, 1e20);
        quote(1, 1e20);
        for (uint256 i = 2; i < 5; ++i) {
            quote(i, FIRST);
        }
        vm.warp(GENESIS + 2 * PERIOD);
        assertEq(PRICES.weiPerMicroUsd(2), FIRST, "two high liars");
    }

    function test_tooFewFreshQuotesKeepTheOldPrice() public {
        vm.warp(GENESIS + PERIOD - 10);
        for (uint256 i = 0; i < 4; ++i) {
            quote(i, 2 * FIRST);
        }
        vm.warp(GENESIS + PERIOD);
        assertEq(PRICES.weiPerMicroUsd(1), FIRST, "four of five needed");
    }

    function test_aQuoteCountsForAnHour() public {
        vm.warp(GENESIS + PERIOD - 3601);
        quote(0, FIRST + 3600);
        vm.warp(GENESIS + PERIOD - 3600);
        for (uint256 i = 1; i < 5; ++i) {
            quote(i, FIRST + 3600);
        }
        vm.warp(GENESIS + PERIOD);
        assertEq(PRICES.weiPerMicroUsd(1), FIRST, "one of five is an hour and a second old");
        vm.warp(GENESIS + 2 * PERIOD - 3600);
        for (uint256 i = 0; i < 5; ++i) {
            quote(i, FIRST + 3600);
        }
        vm.warp(GENESIS + 2 * PERIOD);
        assertEq(PRICES.weiPerMicroUsd(2), FIRST + 3600, "all are an hour old");
    }

    function test_aQuoteAfterThePeriodsStartDoesNotChangeIt() public {
        vm.warp(GENESIS + PERIOD - 10);
        for (uint256 i = 0; i < 7; ++i) {
            quote(i, FIRST + 3600);
        }
        vm.warp(GENESIS + PERIOD + 1);
        for (uint256 i = 0; i < 7; ++i) {
            quote(i, 2 * FIRST);
        }
        assertEq(PRICES.weiPerMicroUsd(1), FIRST + 3600, "fixed at its start");
    }

    function test_thePriceMovesByTheStepAtMostAndIsThenNotFirm() public {
        _quoteAll(PERIOD - 10, [2 * FIRST, 2 * FIRST, 2 * FIRST, 2 * FIRST, 2 * FIRST, 2 * FIRST, 2 * FIRST]);
        vm.warp(GENESIS + PERIOD);
        assertEq(PRICES.weiPerMicroUsd(1), FIRST + FIRST / 5, "a fifth more");
        assertFalse(PRICES.isFirm(), "cut");
        (, bool firm) = PRICES.fill();
        assertFalse(firm, "cut, filled");
    }

    function test_aPriceOlderThanTwoDaysIsNotFirm() public {
        vm.warp(GENESIS + 2 days);
        assertTrue(PRICES.isFirm(), "two days");
        vm.warp(GENESIS + 2 days + 1);
        assertFalse(PRICES.isFirm(), "and a second");
    }

    function test_anUnchangedMedianMakesThePriceFirmAgain() public {
        vm.warp(GENESIS + 3 * PERIOD - 10);
        for (uint256 i = 0; i < 5; ++i) {
            quote(i, FIRST);
        }
        vm.warp(GENESIS + 3 * PERIOD);
        assertTrue(PRICES.isFirm(), "the same price, newly fixed");
    }

    function test_onlySignersQuoteAndOnlyWithinBounds() public {
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesCallerNotSigner.selector, address(this)));
        PRICES.quote(FIRST);
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesQuoteInvalid.selector, 0));
        quote(0, 0);
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesQuoteInvalid.selector, 1e24 + 1));
        quote(0, 1e24 + 1);
    }

    function test_signersStayAMajorityOfQuotesAndAboveTheLeast() public {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesSignersOutOfRange.selector, 6, 5));
        PRICES.removeSigner(signerAt(0));
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesSignersOutOfRange.selector, 7, 4));
        PRICES.setQuotesNeeded(4);
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesSignersOutOfRange.selector, 7, 8));
        PRICES.setQuotesNeeded(8);
        PRICES.addSigner(signerAt(7));
        PRICES.addSigner(signerAt(8));
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesSignersOutOfRange.selector, 10, 5));
        PRICES.addSigner(signerAt(9));
        PRICES.setQuotesNeeded(6);
        PRICES.addSigner(signerAt(9));
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesSignerKnown.selector, signerAt(9)));
        PRICES.addSigner(signerAt(9));
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesSignerUnknown.selector, owner));
        PRICES.removeSigner(owner);
        PRICES.removeSigner(signerAt(9));
        vm.stopPrank();
        assertEq(PRICES.signers().length, 9, "signers");
    }

    function test_aRemovedSignersQuoteDoesNotCount() public {
        vm.prank(owner);
        PRICES.addSigner(signerAt(7));
        vm.warp(GENESIS + PERIOD - 10);
        for (uint256 i = 0; i < 5; ++i) {
            quote(i, FIRST + 3600);
        }
        vm.startPrank(owner);
        PRICES.removeSigner(signerAt(0));
        vm.stopPrank();
        (uint256 kept,) = PRICES.quoteOf(signerAt(0));
        assertEq(kept, 0, "its quote is dropped");
        vm.warp(GENESIS + PERIOD);
        assertEq(PRICES.weiPerMicroUsd(1), FIRST, "four quotes are left");
    }

    function test_theStepStaysBetweenFiveAndFiftyPercent() public {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesStepOutOfRange.selector, 499));
        PRICES.setStep(499);
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesStepOutOfRange.selector, 5001));
        PRICES.setStep(5001);
        PRICES.setStep(5000);
        vm.stopPrank();
        _quoteAll(PERIOD - 10, [2 * FIRST, 2 * FIRST, 2 * FIRST, 2 * FIRST, 2 * FIRST, 2 * FIRST, 2 * FIRST]);
        vm.warp(GENESIS + PERIOD);
        assertEq(PRICES.weiPerMicroUsd(1), FIRST + FIRST / 2, "half more");
    }

    function test_kindsAreListedRepricedAndTakenOff() public {
        vm.startPrank(owner);
        PRICES.listKind(1, "small", 10);
        vm.warp(GENESIS + 5);
        PRICES.listKind(1, "small", 10);
        assertEq(PRICES.kind(1).since, GENESIS, "the same price keeps its date");
        PRICES.listKind(1, "small", 0);
        assertEq(PRICES.kind(1).since, GENESIS + 5, "a new price has its own");
        (uint256 rate,) = PRICES.rateOf(1);
        assertEq(rate, 0, "off the list");
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesKindInvalid.selector, 0));
        PRICES.listKind(0, "none", 1);
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesKindInvalid.selector, 2));
        PRICES.listKind(2, "", 1);
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesKindInvalid.selector, 1));
        PRICES.listKind(1, "large", 1);
        vm.stopPrank();
    }

    function test_onlyTheOwnerGoverns() public {
        bytes memory refusal =
            abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, address(this));
        vm.expectRevert(refusal);
        PRICES.listKind(1, "small", 1);
        vm.expectRevert(refusal);
        PRICES.addSigner(owner);
        vm.expectRevert(refusal);
        PRICES.removeSigner(owner);
        vm.expectRevert(refusal);
        PRICES.setQuotesNeeded(5);
        vm.expectRevert(refusal);
        PRICES.setStep(1000);
        vm.expectRevert(refusal);
        PRICES.upgradeToAndCall(address(this), "");
    }

    function test_nobodyAsksForAPeriodAheadOrATimeBeforeGenesis() public {
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesPeriodUnknown.selector, 1, 0));
        PRICES.weiPerMicroUsd(1);
        vm.expectRevert(abi.encodeWithSelector(IPrices.PricesTimeUnknown.selector, GENESIS - 1));
        PRICES.integralAt(GENESIS - 1);
    }

    function test_aTimeAheadCountsAtThePriceOfNow() public view {
        assertEq(
            PRICES.integralAt(GENESIS + 10 * PERIOD), FIRST * 10 * PERIOD, "ten periods at today's price"
        );
    }

    function testFuzz_theNextPriceIsAMultipleWithinOneStep(uint256 previous, uint256 median, uint256 step)
        public
        pure
    {
        previous = bound(previous, 1, uint256(1e24) / 3600) * 3600;
        median = bound(median, 1, 1e24);
        step = bound(step, 1, 5000);
        (uint256 price, bool cut) = PriceRule.next(previous, median, step);
        uint256 most = previous * step / 10_000 < 3600 ? 3600 : previous * step / 10_000;
        assertTrue(price % 3600 == 0 && price >= 3600, "a multiple, never nothing");
        assertTrue(price <= previous + most && price + most >= previous, "within a step");
        uint256 wanted = median < 3600 ? 3600 : median - median % 3600;
        assertTrue(cut == (price != wanted), "cut says so");
        if (!cut) assertEq(price, wanted, "the median");
    }

    function _quoteAll(uint256 time, uint256[7] memory values) private {
        vm.warp(GENESIS + time);
        for (uint256 i = 0; i < 7; ++i) {
            quote(i, values[i]);
        }
    }
}

/// @title Short periods: an hour of quotes fixes many prices, whenever they are asked for.
contract PricesOverTimeTest is PricesFixture {
    uint256 private constant PERIOD = 300;
    uint256 private constant PERIODS = 60;

    uint256[3] private quotes;
    uint256[3] private quotedAt;

    function setUp() public {
        setUpPrices(PERIOD, 3, 2);
    }

    /// @dev Replays the rule at every period's start, one period after the other, whether anybody called or not.
    function testFuzz_equalsAReplayOfEveryPeriod(uint256 seed) public {
        uint256 price = FIRST;
        uint256 integral = 0;
        for (uint256 period = 0; period < PERIODS; ++period) {
            if (period > 0) {
                integral += price * PERIOD;
                price = _replay(price, GENESIS + period * PERIOD);
            }
            seed = uint256(keccak256(abi.encode(seed)));
            uint256 time = GENESIS + period * PERIOD + seed % PERIOD;
            vm.warp(time);
            if (seed >> 8 & 7 == 0) _quote(seed >> 16, price);
            if (seed >> 11 & 3 == 0) PRICES.fill();
            if (seed >> 13 & 1 == 0) continue;
            assertEq(PRICES.weiPerMicroUsd(period), price, "price");
            assertEq(
                PRICES.integralAt(time), integral + price * (time - GENESIS - period * PERIOD), "integral"
            );
            if (period > 0) assertEq(PRICES.integralAt(GENESIS + period * PERIOD), integral, "at its start");
        }
    }

    function testFuzz_thePastNeverChanges(uint256 seed) public {
        uint256[PERIODS] memory known;
        for (uint256 period = 0; period < PERIODS; ++period) {
            seed = uint256(keccak256(abi.encode(seed)));
            vm.warp(GENESIS + period * PERIOD + seed % PERIOD);
            known[period] = PRICES.integralAt(GENESIS + period * PERIOD);
            if (seed >> 8 & 1 == 0) _quote(seed >> 16, PRICES.weiPerMicroUsd(period));
            for (uint256 past = 0; past <= period; past += 7) {
                assertEq(PRICES.integralAt(GENESIS + past * PERIOD), known[past], "an earlier reading");
            }
        }
    }

    function _quote(uint256 entropy, uint256 price) private {
        uint256 signer = entropy % 3;
        uint256 value = price * (60 + (entropy >> 8) % 80) / 100 + 1;
        (quotes[signer], quotedAt[signer]) = (value, block.timestamp);
        quote(signer, value);
    }

    function _replay(uint256 price, uint256 time) private view returns (uint256) {
        uint256[] memory fresh = new uint256[](3);
        uint256 count = 0;
        for (uint256 i = 0; i < 3; ++i) {
            bool counts = quotedAt[i] != 0 && quotedAt[i] <= time && time - quotedAt[i] <= 3600;
            if (counts) fresh[count++] = quotes[i];
        }
        if (count < 2) return price;
        uint256 median = count == 2 ? _min(fresh[0], fresh[1]) : _middle(fresh[0], fresh[1], fresh[2]);
        median = median < 3600 ? 3600 : median / 3600 * 3600;
        uint256 step = price / 5 / 3600 * 3600;
        if (step < 3600) step = 3600;
        if (median > price + step) return price + step;
        if (median + step < price) return price - step;
        return median;
    }

    function _middle(uint256 a, uint256 b, uint256 c) private pure returns (uint256) {
        return _max(_min(a, b), _min(_max(a, b), c));
    }

    function _min(uint256 a, uint256 b) private pure returns (uint256) {
        return a < b ? a : b;
    }

    function _max(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }
}
