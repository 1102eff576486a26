// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {
    EIP712Upgradeable
} from "@openzeppelin/contracts-upgradeable/utils/cryptography/EIP712Upgradeable.sol";
import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { Checkpoints } from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";
import { System } from "../base/System.sol";
import { IEmission } from "../emission/IEmission.sol";
import { ITreasury } from "../treasury/ITreasury.sol";
import { Files } from "./Files.sol";
import { ISettlement } from "./ISettlement.sol";
import { SettlementRule } from "./SettlementRule.sol";

/// @title The root of a period: agreed by a quorum, or by a majority that nobody outvoted in time.
abstract contract Roots is Files, EIP712Upgradeable {
    using Checkpoints for Checkpoints.Trace208;

    struct Settled {
        bytes32 root;
        uint40 acceptedAt;
        /// Of the rewards, in wei.
        uint96 potLeft;
    }

    struct Proposal {
        Root root;
        uint16 signatures;
        uint40 finalAt;
    }

    /// @custom:storage-location erc7201:nexqloud.storage.Settlement
    struct SettlementStorage {
        mapping(uint256 period => Settled) settled;
        mapping(uint256 period => Proposal) proposals;
        /// One bit per device.
        mapping(uint256 period => mapping(uint256 word => uint256)) paid;
        /// Latest settled period plus 1.
        uint256 newest;
        /// By time: contributors and validators basis points, 16 bits each.
        Checkpoints.Trace208 shares;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Settlement")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant SETTLEMENT_STORAGE =
        0xea304230015f7e98bf8f22f20c036cb728a6ac322f1f633daa8d309231025f00;

    bytes32 private constant ROOT_TYPEHASH =
        keccak256("Root(uint256 period,bytes32 root,uint256 rewards,bytes32 inputs)");

    /// @dev Periods after its end from which a majority may propose a root.
    uint256 private constant LATE_PERIODS = 7;
    /// @dev How many periods another root with more signatures may come.
    uint256 private constant CHALLENGE_PERIODS = 2;

    IEmission private constant EMISSION = IEmission(System.EMISSION);
    ITreasury internal constant TREASURY = ITreasury(System.TREASURY);

    /// @notice Only the emission of a period arrives here.
    /// @custom:caller the emission
    /// @custom:changes the balance
    receive() external payable {
        if (msg.sender != System.EMISSION) revert SettlementCallerNotEmission(msg.sender);
    }

    /// @inheritdoc ISettlement
    function postRoot(Root calldata root, bytes[] calldata signatures) external {
        uint256 from = heldDueAt(root.period) + 1;
        if (block.timestamp < from) revert SettlementTooEarly(root.period, from);
        bytes32 known = _settlement().settled[root.period].root;
        if (known != 0) revert SettlementRootKnown(root.period, known);
        if (root.root == 0) revert SettlementRootInvalid(root.period);
        uint256 seats = MASTERNODES.activeSeats();
        _requireSigned(root, signatures, seats);
        uint256 admitted = SettlementRule.count(MASTERNODES.admittedSeats());
        uint256 quorum = SettlementRule.quorum(SettlementRule.count(seats), admitted);
        if (signatures.length >= quorum) return _accept(root, signatures.length);
        bool late = block.timestamp >= periodStart(root.period + 1 + LATE_PERIODS);
        uint256 needed = late ? SettlementRule.majority(admitted) : quorum;
        if (signatures.length < needed) revert SettlementTooFewSignatures(signatures.length, needed);
        _propose(root, signatures.length);
    }

    /// @inheritdoc ISettlement
    function acceptRoot(uint256 period) external {
        Proposal memory proposal = _settlement().proposals[period];
        if (proposal.finalAt == 0) revert SettlementNoProposal(period);
        if (block.timestamp < proposal.finalAt) revert SettlementTooEarly(period, proposal.finalAt);
        _accept(proposal.root, proposal.signatures);
    }

    /// @inheritdoc ISettlement
    function rootOf(uint256 period) external view returns (bytes32 root, uint256 acceptedAt) {
        Settled storage settled = _settlement().settled[period];
        return (settled.root, settled.acceptedAt);
    }

    /// @inheritdoc ISettlement
    function proposalOf(uint256 period)
        external
        view
        returns (bytes32 root, uint256 signatures, uint256 finalAt)
    {
        Proposal storage proposal = _settlement().proposals[period];
        return (proposal.root.root, proposal.signatures, proposal.finalAt);
    }

    /// @inheritdoc ISettlement
    function newestPeriod() external view returns (bool exists, uint256 period) {
        uint256 newest = _settlement().newest;
        return newest == 0 ? (false, 0) : (true, newest - 1);
    }

    /// @inheritdoc ISettlement
    function potLeft(uint256 period) external view returns (uint256) {
        return _settlement().settled[period].potLeft;
    }

    /// @inheritdoc ISettlement
    function emissionSharesAt(uint256 time) public view returns (EmissionShares memory) {
        uint208 packed = _settlement().shares.upperLookupRecent(uint48(time));
        return EmissionShares(uint16(packed >> 16), uint16(packed));
    }

    /// @inheritdoc ISettlement
    function rootDigest(Root memory root) public view returns (bytes32) {
        return _hashTypedDataV4(
            keccak256(abi.encode(ROOT_TYPEHASH, root.period, root.root, root.rewards, root.inputs))
        );
    }

    function _setEmissionShares(uint256 from, EmissionShares memory shares) internal {
        _settlement().shares
            .push(uint48(from), (uint208(shares.contributorsBps) << 16) | shares.validatorsBps);
    }

    function _requireSigned(Root calldata root, bytes[] calldata signatures, uint256 seats) private view {
        bytes32 digest = rootDigest(root);
        address last = address(0);
        for (uint256 i = 0; i < signatures.length; ++i) {
            address signer = ECDSA.recoverCalldata(digest, signatures[i]);
            if (signer <= last) revert SettlementSignaturesUnordered(signer);
            last = signer;
            (bool admitted, uint8 seat) = MASTERNODES.seatOf(signer);
            if (!admitted || seats & (1 << seat) == 0) revert SettlementNotActive(signer);
        }
    }

    /// @dev Another root needs more signatures than the one that stands, and starts the challenge time anew.
    function _propose(Root calldata root, uint256 signatures) private {
        _requirePot(root.period, root.rewards, EMISSION.emissionOf(root.period));
        Proposal storage standing = _settlement().proposals[root.period];
        if (signatures <= standing.signatures) {
            revert SettlementProposalWeaker(root.period, signatures, standing.signatures);
        }
        bool same = keccak256(abi.encode(standing.root)) == keccak256(abi.encode(root));
        if (!same) {
            standing.root = root;
            standing.finalAt = uint40(block.timestamp + CHALLENGE_PERIODS * periodSeconds);
        }
        standing.signatures = uint16(signatures);
        emit RootProposed(root.period, root.root, signatures, standing.finalAt);
    }

    /// @dev What the rewards leave of the pot goes to the fund, so that every wei of the emission has an owner now.
    function _accept(Root memory root, uint256 signatures) private {
        SettlementStorage storage $ = _settlement();
        uint256 emission = EMISSION.emissionOf(root.period);
        (uint256 pot, uint256 validators, uint256 fund) = _requirePot(root.period, root.rewards, emission);
        $.settled[root.period] = Settled(root.root, uint40(block.timestamp), uint96(root.rewards));
        delete $.proposals[root.period];
        if (root.period >= $.newest) $.newest = root.period + 1;
        emit RootAccepted(root.period, root.root, root.rewards, root.inputs, signatures);
        EMISSION.release(root.period);
        uint256 unearned = pot - root.rewards;
        TREASURY.receiveEmission{ value: fund + unearned }(root.period, unearned);
        (bool sent,) = System.VALIDATOR_POOL.call{ value: validators }("");
        if (!sent) revert SettlementValidatorsRefused(validators);
    }

    function _requirePot(uint256 period, uint256 rewards, uint256 emission)
        private
        view
        returns (uint256 pot, uint256 validators, uint256 fund)
    {
        EmissionShares memory shares = emissionSharesAt(periodStart(period));
        (pot, validators, fund) =
            SettlementRule.divide(emission, shares.contributorsBps, shares.validatorsBps);
        if (rewards > pot) revert SettlementPotExceeded(period, rewards, pot);
    }

    function _settlement() internal pure returns (SettlementStorage storage $) {
        assembly {
            $.slot := SETTLEMENT_STORAGE
        }
    }
}
